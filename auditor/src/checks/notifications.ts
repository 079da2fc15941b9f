import {
  type EventDefinition,
  type EventOf,
  InventoryRejected,
  InventoryReleased,
  type NoticeKind,
  NotificationSent,
  OrderCancelled,
  OrderConfirmed,
  OrderExpired,
  PaymentActionRequired,
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  ReturnCreated,
  ReturnFailed,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import { type Dossier, documentOf, factsOf } from '../dossier.ts';
import { nameOfNotice, nameOfSend } from '../notices.ts';
import { type Finding, finding, type OrderCheck } from './check.ts';

interface Due {
  readonly fact: EventDefinition;
  readonly kind: NoticeKind;
  readonly occasion: (data: never) => string | undefined;
  /** Whether this one calls for it. */
  readonly calls: (data: never) => boolean;
}

function due<D extends EventDefinition>(
  fact: D,
  kind: NoticeKind,
  occasion: (data: EventOf<D>['data']) => string | undefined = () => undefined,
  calls: (data: EventOf<D>['data']) => boolean = () => true,
): Due {
  return { fact, kind, occasion, calls };
}

/** Which fact the customer has to be told of, and what tells one such notice from another. */
const DUE: readonly Due[] = [
  due(OrderConfirmed, 'order_confirmed'),
  due(InventoryRejected, 'order_rejected'),
  due(OrderExpired, 'order_expired'),
  due(OrderCancelled, 'order_cancelled'),
  due(PaymentActionRequired, 'payment_action_required', ({ attempt }) => String(attempt)),
  due(PaymentDeclined, 'payment_declined', ({ attempt }) => String(attempt)),
  due(PaymentCaptured, 'payment_captured'),
  due(PaymentRefunded, 'payment_refunded', ({ refundId }) => refundId),
  due(ShipmentDispatched, 'order_dispatched', ({ parcelId }) => parcelId),
  due(ShipmentDelivered, 'order_delivered', ({ parcelId }) => parcelId),
  // Another warehouse may send it; if none can, inventory releases that parcel.
  due(
    ShipmentFailed,
    'shipment_failed',
    ({ parcelId }) => parcelId,
    ({ elsewhere }) => !elsewhere,
  ),
  due(
    InventoryReleased,
    'shipment_failed',
    ({ parcelId }) => parcelId,
    ({ parcelId }) => parcelId !== undefined,
  ),
  due(ReturnCreated, 'return_created', ({ returnId }) => returnId),
  due(ReturnFailed, 'return_failed', ({ returnId }) => returnId),
];

const dueIsTold: OrderCheck = {
  name: 'notifications.what-is-due-is-told',
  area: 'notifications',
  promise: 'The customer is told of each fact that calls for it, unless the document says why not.',
  always: false,
  examine: (dossier) => {
    const { correspondence: book } = dossier;
    if (!book) return [];
    const keys = [...(book.notices ?? []), ...(book.waiting ?? []).map(({ notice }) => notice)];
    const told = new Set(keys.map(({ kind, occasion }) => `${kind}.${occasion ?? ''}`));
    const findings: Finding[] = [];
    for (const { fact, kind, occasion, calls } of DUE) {
      for (const { id, type, data } of factsOf(dossier, fact)) {
        if (!calls(data as never)) continue;
        // Not handled is the messages' matter; ignored comes with the reason: preferences, or it was overtaken.
        if (book.handled?.[id] === undefined || book.hops?.[id]?.ignored !== undefined) continue;
        if (told.has(`${kind}.${occasion(data as never) ?? ''}`)) continue;
        findings.push(
          finding(
            `${type} calls for ${kind}, and nothing was written or waits`,
            [documentOf(dossier, 'correspondence')],
            [id],
          ),
        );
      }
    }
    return findings;
  },
};

const noneTwice: OrderCheck = {
  name: 'notifications.none-twice',
  area: 'notifications',
  promise: 'No notice goes out twice on one channel.',
  always: true,
  examine: (dossier) => {
    const documents = [documentOf(dossier, 'correspondence')];
    const findings: Finding[] = [];
    const facts = Map.groupBy(factsOf(dossier, NotificationSent), ({ data }) => nameOfNotice(data));
    for (const [name, said] of facts) {
      if (said.length > 1)
        findings.push(
          finding(
            `${name} was sent ${said.length} times`,
            documents,
            said.map(({ id }) => id),
          ),
        );
    }
    const notices = Map.groupBy(dossier.correspondence?.notices ?? [], nameOfNotice);
    for (const [name, same] of notices) {
      if (same.length > 1 && !((facts.get(name)?.length ?? 0) > 1)) {
        findings.push(finding(`${name} is noted ${same.length} times`, documents));
      }
    }
    const sent = dossier.sends.filter(({ delivered }) => delivered?.outcome === 'sent' && delivered.providerId);
    for (const [providerId, same] of Map.groupBy(sent, ({ delivered }) => delivered?.providerId)) {
      if (same.length > 1)
        findings.push(
          finding(
            `${providerId} is in the ledger ${same.length} times`,
            same.map(({ _id }) => `sends/${_id}`),
          ),
        );
    }
    return findings;
  },
};

const ledgerAgrees: OrderCheck = {
  name: 'notifications.ledger-agrees',
  area: 'notifications',
  promise: 'What the ledger has settled is what was said and noted, and nothing is left half sent.',
  always: false,
  examine: (dossier) => {
    const noted = new Map((dossier.correspondence?.notices ?? []).map((notice) => [nameOfNotice(notice), notice]));
    const said = new Map(factsOf(dossier, NotificationSent).map((event) => [nameOfNotice(event.data), event]));
    const findings: Finding[] = [];
    for (const { _id, state, delivered } of dossier.sends) {
      const name = nameOfSend(_id);
      const documents = [`sends/${_id}`, documentOf(dossier, 'correspondence')];
      if (state !== 'settled') {
        // A message that waits in the queue for its next try may leave its doubt in the ledger.
        if (!isQueued(dossier, name))
          findings.push(finding(`${name} is ${state}, and nobody will settle it`, documents));
        continue;
      }
      if (delivered?.outcome !== 'sent') continue;
      const event = said.get(name);
      said.delete(name);
      if (event?.data.providerId === delivered.providerId && noted.get(name)?.providerId === delivered.providerId)
        continue;
      findings.push(
        finding(
          `${name} was sent as ${delivered.providerId}, which was not said or not noted`,
          documents,
          event ? [event.id] : [],
        ),
      );
    }
    for (const [name, { id }] of said) {
      const documents = [documentOf(dossier, 'correspondence'), `sends/${dossier.orderId}:${name}`];
      findings.push(finding(`${name} is said to have been sent, and the ledger does not know it`, documents, [id]));
    }
    return findings;
  },
};

const isQueued = ({ correspondence }: Dossier, name: string): boolean =>
  (correspondence?.waiting ?? []).some(({ notice }) => nameOfNotice({ ...notice, channel: 'sms' }) === name);

export const notificationChecks: readonly OrderCheck[] = [dueIsTold, noneTwice, ledgerAgrees];

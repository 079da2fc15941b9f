import {
  type EventDefinition,
  type EventOf,
  InventoryRejected,
  InventoryReleased,
  InvoiceCorrected,
  InvoiceIssued,
  type NoticeKind,
  NotificationSent,
  OrderCancelled,
  OrderConfirmed,
  OrderEdited,
  OrderExpired,
  PaymentActionRequired,
  PaymentDeclined,
  PaymentRefundFailed,
  ReturnCreated,
  ReturnFailed,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import type { NoticeView } from '../documents.ts';
import { nameOfNotice, nameOfSend } from '../notices.ts';
import { documentRef, factsOf, type OrderSnapshot } from '../order-snapshot.ts';
import { type Finding, finding, type OrderCheck } from './check.ts';

interface Due {
  readonly fact: EventDefinition;
  readonly kind: NoticeKind;
  readonly occasion: (data: never) => string | undefined;
  /** Whether this fact makes the notice due. */
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

/** The notice that is due after a fact, and what distinguishes notices of the same kind. */
const DUE: readonly Due[] = [
  due(OrderConfirmed, 'order_confirmed'),
  due(InventoryRejected, 'order_rejected'),
  due(OrderExpired, 'order_expired'),
  due(OrderCancelled, 'order_cancelled'),
  due(PaymentActionRequired, 'payment_action_required', ({ attempt }) => String(attempt)),
  due(PaymentDeclined, 'payment_declined', ({ attempt }) => String(attempt)),
  due(InvoiceIssued, 'payment_captured'),
  due(InvoiceCorrected, 'payment_refunded', ({ refundId }) => refundId),
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
  due(
    OrderEdited,
    'order_edited',
    ({ editId }) => editId,
    ({ refunded }) => !refunded,
  ),
  due(
    PaymentRefundFailed,
    'refund_failed',
    ({ refundId }) => refundId,
    ({ code }) => code !== 'nothing_left' && code !== 'amount_zero',
  ),
  due(ReturnCreated, 'return_created', ({ returnId }) => returnId),
  due(ReturnFailed, 'return_failed', ({ returnId }) => returnId),
];

const dueNoticesAreSent: OrderCheck = {
  name: 'notifications.what-is-due-is-told',
  area: 'notifications',
  promise: 'The customer is told of each fact that calls for it, unless the document says why not.',
  always: false,
  examine: (snapshot) => {
    const { correspondence: document } = snapshot;
    if (!document) return [];
    const keys = [...(document.notices ?? []), ...(document.waiting ?? []).map(({ notice }) => notice)];
    const reported = new Set(keys.map(({ kind, occasion }) => `${kind}.${occasion ?? ''}`));
    const findings: Finding[] = [];
    for (const { fact, kind, occasion, calls } of DUE) {
      for (const { id, type, data } of factsOf(snapshot, fact)) {
        if (!calls(data as never)) continue;
        // `messages.ts` looks after unhandled facts; an ignored one has a reason: preferences, or a later fact.
        if (document.handled?.[id] === undefined || document.hops?.[id]?.ignored !== undefined) continue;
        if (reported.has(`${kind}.${occasion(data as never) ?? ''}`)) continue;
        findings.push(
          finding(
            `${type} calls for ${kind}, and nothing was written or waits`,
            [documentRef(snapshot, 'correspondence')],
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
  examine: (snapshot) => {
    const documents = [documentRef(snapshot, 'correspondence')];
    const findings: Finding[] = [];
    const facts = Map.groupBy(factsOf(snapshot, NotificationSent), ({ data }) => nameOfNotice(data));
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
    const notices = Map.groupBy(snapshot.correspondence?.notices ?? [], nameOfNotice);
    for (const [name, same] of notices) {
      if (same.length > 1 && !((facts.get(name)?.length ?? 0) > 1)) {
        findings.push(finding(`${name} is noted ${same.length} times`, documents));
      }
    }
    const sent = snapshot.sends.filter(({ delivered }) => delivered?.outcome === 'sent' && delivered.providerId);
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
  examine: (snapshot) => {
    const noted = new Map((snapshot.correspondence?.notices ?? []).map((notice) => [nameOfNotice(notice), notice]));
    const said = new Map(factsOf(snapshot, NotificationSent).map((event) => [nameOfNotice(event.data), event]));
    const findings: Finding[] = [];
    for (const { _id, state, delivered } of snapshot.sends) {
      const name = nameOfSend(_id);
      const documents = [`sends/${_id}`, documentRef(snapshot, 'correspondence')];
      if (state !== 'settled') {
        // The ledger entry of an SMS that waits for its next try may be unsettled.
        if (!isQueued(snapshot, name))
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
      const documents = [documentRef(snapshot, 'correspondence'), `sends/${snapshot.orderId}:${name}`];
      findings.push(finding(`${name} is said to have been sent, and the ledger does not know it`, documents, [id]));
    }
    return findings;
  },
};

const letterFailed = ({ channel, outcome, tracked, content }: NoticeView): boolean =>
  channel === 'email' && content !== undefined && (outcome === 'failed' || tracked?.status === 'failed');

const bouncesAreAsked: OrderCheck = {
  name: 'notifications.bounces-are-asked',
  area: 'notifications',
  promise: "Staff are asked about an order's present e-mail address where letters to it come back, or have settled it.",
  always: false,
  examine: (snapshot) => {
    const { order, correspondence } = snapshot;
    if (!order || order.attention !== undefined || order.settled?.some(({ kind }) => kind === 'email')) return [];
    const present = order.mailbox ?? 0;
    const failed = correspondence?.notices?.find((one) => letterFailed(one) && (one.mailbox ?? 0) === present);
    if (!failed) return [];
    const message = `${nameOfNotice(failed)} did not arrive, and nobody is asked`;
    return [finding(message, [documentRef(snapshot, 'correspondence'), documentRef(snapshot, 'order')])];
  },
};

const addressIsTheOrders: OrderCheck = {
  name: 'notifications.address-is-the-orders',
  area: 'notifications',
  promise: "Letters go to the order's present e-mail address.",
  always: false,
  examine: (snapshot) => {
    const { order, correspondence } = snapshot;
    const [ours, theirs] = [order?.contact?.email, correspondence?.contact?.email];
    if (ours === undefined || theirs === undefined || ours === theirs) return [];
    const message = 'letters go to another address than the order has';
    return [finding(message, [documentRef(snapshot, 'correspondence'), documentRef(snapshot, 'order')])];
  },
};

const isQueued = ({ correspondence }: OrderSnapshot, name: string): boolean =>
  (correspondence?.waiting ?? []).some(({ notice }) => nameOfNotice({ ...notice, channel: 'sms' }) === name);

export const notificationChecks: readonly OrderCheck[] = [
  dueNoticesAreSent,
  noneTwice,
  ledgerAgrees,
  bouncesAreAsked,
  addressIsTheOrders,
];

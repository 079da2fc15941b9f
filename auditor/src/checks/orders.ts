import {
  type OrderStatus,
  type ParcelStatus,
  type PaymentStatus,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
  type ShipmentStatus,
} from '@orderflow/contracts';
import { bookOf, type Dossier, documentOf, documentOfWorker, factsOf, idsOf } from '../dossier.ts';
import { mayHaveSentDeadline } from '../rest.ts';
import { type Finding, finding, type OrderCheck } from './check.ts';

const OPEN: ReadonlySet<OrderStatus> = new Set(['pending', 'confirmed', 'shipped', 'cancelling']);
export const isOpen = (status: OrderStatus): boolean => OPEN.has(status);

const WITH_DEADLINES = ['order-process', 'inventory', 'payment', 'delivery', 'notification'] as const;

const deadlinesAreKept: OrderCheck = {
  name: 'orders.deadlines-are-kept',
  area: 'orders',
  promise: 'No document is past its deadline for longer than the grace.',
  always: true,
  examine: (dossier, { now, graceMs }) =>
    WITH_DEADLINES.flatMap((worker) => {
      const due = bookOf(dossier, worker)?.due;
      const late = due ? now.getTime() - due.getTime() : 0;
      if (late <= graceMs) return [];
      const message = `${worker} should have acted ${Math.round(late / 1_000)} s ago, when its deadline passed`;
      return [finding(message, [documentOfWorker(dossier, worker)])];
    }),
};

const openOrdersHaveADeadline: OrderCheck = {
  name: 'orders.open-orders-have-a-deadline',
  area: 'orders',
  promise: 'An order, a return or a message that has not come to its end has a deadline, or the attention of staff.',
  always: false,
  examine: (dossier, surroundings) =>
    openThings(dossier)
      .filter(({ worker }) => !bookOf(dossier, worker)?.due && !mayHaveSentDeadline(dossier, worker, surroundings))
      .map(({ what, worker }) =>
        finding(`${what}, and nobody will look at it again`, [documentOfWorker(dossier, worker)]),
      ),
};

/** What has not come to its end, and who has to look after it. */
function openThings({ order, correspondence }: Dossier) {
  const things: { readonly what: string; readonly worker: 'order-process' | 'delivery' | 'notification' }[] = [];
  if (order && !order.attention) {
    if (isOpen(order.status)) things.push({ what: `is ${order.status}`, worker: 'order-process' });
    // One that was only asked for is missed where facts are looked for.
    for (const { returnId } of (order.returns ?? []).filter(({ status }) => status === 'created'))
      things.push({ what: `return ${returnId} is under way`, worker: 'delivery' });
  }
  const waiting = correspondence?.waiting?.length ?? 0;
  if (waiting > 0) things.push({ what: `${waiting} SMS wait to be sent`, worker: 'notification' });
  return things;
}

interface Axes {
  readonly payment: readonly PaymentStatus[];
  readonly shipment: readonly ShipmentStatus[];
}

const NOTHING_KEPT: readonly PaymentStatus[] = ['none', 'failed', 'voided', 'refunded'];

/** Which states of payment and shipment go with a status, once nothing is under way. */
const AXES: Readonly<Record<OrderStatus, Axes>> = {
  pending: { payment: ['none', 'authorizing', 'action_required'], shipment: ['none'] },
  confirmed: {
    payment: ['authorized', 'captured', 'partially_refunded', 'refunded'],
    shipment: ['none', 'created', 'failed'],
  },
  cancelling: {
    payment: ['none', 'authorizing', 'action_required', 'authorized', 'captured', 'partially_refunded', 'failed'],
    shipment: ['none', 'created', 'failed', 'cancelled'],
  },
  shipped: {
    payment: ['captured', 'partially_refunded', 'refunded'],
    shipment: ['partially_dispatched', 'dispatched'],
  },
  delivered: { payment: ['captured', 'partially_refunded', 'refunded'], shipment: ['delivered'] },
  rejected: { payment: NOTHING_KEPT, shipment: ['none'] },
  payment_failed: { payment: ['failed', 'voided', 'refunded'], shipment: ['none'] },
  cancelled: { payment: NOTHING_KEPT, shipment: ['none', 'failed', 'cancelled'] },
  expired: { payment: NOTHING_KEPT, shipment: ['none', 'cancelled'] },
};

const axesAgree: OrderCheck = {
  name: 'orders.axes-agree',
  area: 'orders',
  promise: "An order's status, payment and shipment go together.",
  always: false,
  examine: (dossier) => {
    const { order } = dossier;
    if (!order) return [];
    const { status, payment, shipment } = order;
    const axes = AXES[status];
    const fits = axes.shipment.includes(shipment) || (status === 'cancelled' && cameBack(dossier, shipment));
    if (axes.payment.includes(payment) && fits) return [];
    return [
      finding(`is ${status} while its payment is ${payment} and its shipment is ${shipment}`, [
        documentOf(dossier, 'order'),
      ]),
    ];
  },
};

/** A parcel that was given up as lost, and with it the order, may turn up all the same. */
const cameBack = (dossier: Dossier, shipment: ShipmentStatus): boolean =>
  (shipment === 'delivered' || shipment === 'dispatched') &&
  factsOf(dossier, ShipmentFailed).some(({ data }) => data.dispatched);

/** What an order may say of a parcel after its last scan. */
const AFTER_DISPATCH: readonly ParcelStatus[] = ['dispatched', 'delivered', 'lost', 'returned', 'failed'];

/** What was lost may still turn up. */
const GONE: readonly ParcelStatus[] = ['lost', 'returned', 'delivered'];

const parcelsAgree: OrderCheck = {
  name: 'orders.parcels-agree',
  area: 'orders',
  promise: 'The order says of each parcel what delivery has said of it.',
  always: false,
  examine: (dossier) => {
    const parcels = dossier.order?.parcels;
    if (!parcels || parcels.length === 0) return [];
    const statusOf = (id: string) => parcels.find(({ parcelId }) => parcelId === id)?.status;
    const documents = [documentOf(dossier, 'order'), documentOf(dossier, 'shipment')];
    const findings: Finding[] = [];
    const delivered = factsOf(dossier, ShipmentDelivered);
    for (const { id, data } of delivered) {
      const status = statusOf(data.parcelId);
      if (status === 'delivered') continue;
      findings.push(
        finding(`parcel ${data.parcelId} was delivered, but the order calls it ${status}`, documents, [id]),
      );
    }
    const dispatched = factsOf(dossier, ShipmentDispatched);
    for (const { id, data } of dispatched) {
      const status = statusOf(data.parcelId);
      if (status && AFTER_DISPATCH.includes(status)) continue;
      findings.push(finding(`parcel ${data.parcelId} has left, but the order calls it ${status}`, documents, [id]));
    }
    for (const { id, data } of factsOf(dossier, ShipmentFailed)) {
      const status = statusOf(data.parcelId);
      if (!data.dispatched || (status && GONE.includes(status))) continue;
      findings.push(
        finding(`parcel ${data.parcelId} will not arrive, but the order calls it ${status}`, documents, [id]),
      );
    }
    for (const { parcelId, status } of parcels) {
      const told = status === 'delivered' ? delivered : status === 'dispatched' ? dispatched : undefined;
      if (!told || told.some(({ data }) => data.parcelId === parcelId)) continue;
      findings.push(
        finding(`the order calls parcel ${parcelId} ${status}, but delivery never said so`, documents, idsOf(told)),
      );
    }
    return findings;
  },
};

const booksBelongToOrders: OrderCheck = {
  name: 'orders.books-belong-to-orders',
  area: 'orders',
  promise: 'There is an order for every reservation, payment, shipment and notice.',
  always: false,
  examine: (dossier) => {
    if (dossier.order) return [];
    const documents = orphans(dossier);
    return documents.length === 0 ? [] : [finding('there is no such order', documents)];
  },
};

function orphans(dossier: Dossier): string[] {
  const books = (['reservation', 'payment', 'shipment', 'correspondence'] as const)
    .filter((book) => dossier[book])
    .map((book) => documentOf(dossier, book));
  return [...books, ...dossier.sends.map(({ _id }) => `sends/${_id}`)];
}

export const orderChecks: readonly OrderCheck[] = [
  deadlinesAreKept,
  openOrdersHaveADeadline,
  axesAgree,
  parcelsAgree,
  booksBelongToOrders,
];

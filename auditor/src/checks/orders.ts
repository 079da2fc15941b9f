import {
  type OrderStatus,
  type ParcelStatus,
  type PaymentStatus,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
  type ShipmentStatus,
} from '@orderflow/contracts';
import {
  documentOfWorker,
  documentRef,
  documentRefOfWorker,
  factsOf,
  idsOf,
  type OrderSnapshot,
} from '../order-snapshot.ts';
import { mayHaveDeadlineInFlight } from '../quiescence.ts';
import { type Finding, finding, type OrderCheck } from './check.ts';

const OPEN: ReadonlySet<OrderStatus> = new Set(['pending', 'confirmed', 'shipped', 'cancelling']);
export const isOpen = (status: OrderStatus): boolean => OPEN.has(status);

const deadlinesAreKept: OrderCheck = {
  name: 'orders.deadlines-are-kept',
  area: 'orders',
  promise: 'No document is past its deadline for longer than the grace.',
  always: true,
  examine: (snapshot, { now, graceMs, choreography }) =>
    choreography.flatMap(({ name: worker, deadlines }) => {
      if (!deadlines) return [];
      const due = documentOfWorker(snapshot, worker)?.due;
      const late = due ? now.getTime() - due.getTime() : 0;
      if (late <= graceMs) return [];
      const message = `${worker} should have acted ${Math.round(late / 1_000)} s ago, when its deadline passed`;
      return [finding(message, [documentRefOfWorker(snapshot, worker)])];
    }),
};

const openOrdersHaveADeadline: OrderCheck = {
  name: 'orders.open-orders-have-a-deadline',
  area: 'orders',
  promise: 'An order, a return or a message that has not come to its end has a deadline, or the attention of staff.',
  always: false,
  examine: (snapshot, context) =>
    openItems(snapshot)
      .filter(
        ({ worker }) => !documentOfWorker(snapshot, worker)?.due && !mayHaveDeadlineInFlight(snapshot, worker, context),
      )
      .map(({ what, worker }) =>
        finding(`${what}, and nobody will look at it again`, [documentRefOfWorker(snapshot, worker)]),
      ),
};

/** What is unfinished, and the worker that has to finish it. */
function openItems({ order, correspondence }: OrderSnapshot) {
  const items: { readonly what: string; readonly worker: 'order-process' | 'delivery' | 'notification' }[] = [];
  if (order && !order.attention) {
    if (isOpen(order.status)) items.push({ what: `is ${order.status}`, worker: 'order-process' });
    // `what-follows.ts` looks after returns that were only requested.
    for (const { returnId } of (order.returns ?? []).filter(({ status }) => status === 'created'))
      items.push({ what: `return ${returnId} is under way`, worker: 'delivery' });
  }
  const waiting = correspondence?.waiting?.length ?? 0;
  if (waiting > 0) items.push({ what: `${waiting} SMS wait to be sent`, worker: 'notification' });
  return items;
}

interface Axes {
  readonly payment: readonly PaymentStatus[];
  readonly shipment: readonly ShipmentStatus[];
}

const NOTHING_KEPT: readonly PaymentStatus[] = ['none', 'failed', 'voided', 'refunded'];

/** The states of payment and shipment that a quiescent order may have with each status. */
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
  examine: (snapshot) => {
    const { order } = snapshot;
    if (!order) return [];
    const { status, payment, shipment } = order;
    const axes = AXES[status];
    const fits = axes.shipment.includes(shipment) || (status === 'cancelled' && reappeared(snapshot, shipment));
    if (axes.payment.includes(payment) && fits) return [];
    return [
      finding(`is ${status} while its payment is ${payment} and its shipment is ${shipment}`, [
        documentRef(snapshot, 'order'),
      ]),
    ];
  },
};

/** A parcel whose loss ended the order may still arrive. */
const reappeared = (snapshot: OrderSnapshot, shipment: ShipmentStatus): boolean =>
  (shipment === 'delivered' || shipment === 'dispatched') &&
  factsOf(snapshot, ShipmentFailed).some(({ data }) => data.dispatched);

/** What an order may say of a parcel after its last scan. */
const AFTER_DISPATCH: readonly ParcelStatus[] = ['dispatched', 'delivered', 'lost', 'returned', 'failed'];

/** A lost parcel may still arrive. */
const GONE: readonly ParcelStatus[] = ['lost', 'returned', 'delivered'];

const parcelsAgree: OrderCheck = {
  name: 'orders.parcels-agree',
  area: 'orders',
  promise: 'The order says of each parcel what delivery has said of it.',
  always: false,
  examine: (snapshot) => {
    const parcels = snapshot.order?.parcels;
    if (!parcels || parcels.length === 0) return [];
    const statusOf = (id: string) => parcels.find(({ parcelId }) => parcelId === id)?.status;
    const documents = [documentRef(snapshot, 'order'), documentRef(snapshot, 'shipment')];
    const findings: Finding[] = [];
    const delivered = factsOf(snapshot, ShipmentDelivered);
    for (const { id, data } of delivered) {
      const status = statusOf(data.parcelId);
      if (status === 'delivered') continue;
      findings.push(
        finding(`parcel ${data.parcelId} was delivered, but the order calls it ${status}`, documents, [id]),
      );
    }
    const dispatched = factsOf(snapshot, ShipmentDispatched);
    for (const { id, data } of dispatched) {
      const status = statusOf(data.parcelId);
      if (status && AFTER_DISPATCH.includes(status)) continue;
      findings.push(finding(`parcel ${data.parcelId} has left, but the order calls it ${status}`, documents, [id]));
    }
    for (const { id, data } of factsOf(snapshot, ShipmentFailed)) {
      const status = statusOf(data.parcelId);
      if (!data.dispatched || (status && GONE.includes(status))) continue;
      findings.push(
        finding(`parcel ${data.parcelId} will not arrive, but the order calls it ${status}`, documents, [id]),
      );
    }
    for (const { parcelId, status } of parcels) {
      const reported = status === 'delivered' ? delivered : status === 'dispatched' ? dispatched : undefined;
      if (!reported || reported.some(({ data }) => data.parcelId === parcelId)) continue;
      findings.push(
        finding(`the order calls parcel ${parcelId} ${status}, but delivery never said so`, documents, idsOf(reported)),
      );
    }
    return findings;
  },
};

const documentsHaveOrder: OrderCheck = {
  name: 'orders.books-belong-to-orders',
  area: 'orders',
  promise: 'There is an order for every reservation, payment, shipment and notice.',
  always: false,
  examine: (snapshot) => {
    if (snapshot.order) return [];
    const documents = orphans(snapshot);
    return documents.length === 0 ? [] : [finding('there is no such order', documents)];
  },
};

function orphans(snapshot: OrderSnapshot): string[] {
  const collections = (['reservation', 'payment', 'shipment', 'correspondence'] as const)
    .filter((document) => snapshot[document])
    .map((document) => documentRef(snapshot, document));
  const others = [...snapshot.others.keys()].map((collection) => `${collection}/${snapshot.orderId}`);
  return [...collections, ...others, ...snapshot.sends.map(({ _id }) => `sends/${_id}`)];
}

export const orderChecks: readonly OrderCheck[] = [
  deadlinesAreKept,
  openOrdersHaveADeadline,
  axesAgree,
  parcelsAgree,
  documentsHaveOrder,
];

import {
  type EventDefinition,
  type EventOf,
  InventoryCommitted,
  InventoryReallocated,
  InventoryRejected,
  InventoryReleased,
  InventoryReserved,
  OrderCancelled,
  OrderConfirmed,
  OrderEdited,
  OrderExpired,
  OrderPlaced,
  OrderRefundRequested,
  OrderRejected,
  OrderReturnRequested,
  type OrderStatus,
  PaymentActionRequired,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentExpired,
  PaymentRefunded,
  PaymentRefundFailed,
  PaymentSecured,
  PaymentUnsecured,
  PaymentVoided,
  type QuantityLine,
  ReturnCreated,
  ReturnFailed,
  ReturnReceived,
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import {
  awaitsReallocation,
  documentOfWorker,
  documentRef,
  documentRefOfWorker,
  factsOf,
  type OrderSnapshot,
  wasSaid,
} from '../order-snapshot.ts';
import { isBeforePaymentSecured, isUnsecured } from '../payment-security.ts';
import { mayHaveDeadlineInFlight } from '../quiescence.ts';
import { type AuditContext, type Finding, finding, type OrderCheck } from './check.ts';
import { isOpen } from './orders.ts';

interface Rule {
  readonly when: EventDefinition;
  /** The worker that has to act. */
  readonly who: string;
  readonly then: string;
  /** Pure: whether what had to follow has followed, or need not. */
  followed(snapshot: OrderSnapshot, event: EventOf<EventDefinition>, context: AuditContext): boolean;
}

/** A rule with the data of its fact typed. */
function rule<D extends EventDefinition>(
  when: D,
  who: string,
  then: string,
  followed: (snapshot: OrderSnapshot, event: EventOf<D>, context: AuditContext) => boolean,
): Rule {
  return { when, who, then, followed: followed as Rule['followed'] };
}

const anyOf = (snapshot: OrderSnapshot, ...definitions: EventDefinition[]) =>
  definitions.some((definition) => wasSaid(snapshot, definition));

/** The order ended, or somebody cancels it, before it was confirmed: no other event has to follow. */
const endedEarly = (snapshot: OrderSnapshot) =>
  snapshot.order?.cancel !== undefined || anyOf(snapshot, OrderCancelled, OrderExpired, OrderRejected);

const finallyDeclined = (snapshot: OrderSnapshot) => factsOf(snapshot, PaymentDeclined).some(({ data }) => data.final);

/** The worker waits for somebody outside until a deadline that has not passed. */
const hasFutureDeadline = (snapshot: OrderSnapshot, document: 'payment' | 'shipment', { now }: AuditContext) =>
  (snapshot[document]?.due?.getTime() ?? 0) > now.getTime();

const releasedWhole = (snapshot: OrderSnapshot) =>
  factsOf(snapshot, InventoryReleased).some(({ data }) => data.parcelId === undefined && data.editId === undefined);
const released = (snapshot: OrderSnapshot, parcelId: string) =>
  releasedWhole(snapshot) || factsOf(snapshot, InventoryReleased).some(({ data }) => data.parcelId === parcelId);
const reallocated = (snapshot: OrderSnapshot, parcelId: string) =>
  factsOf(snapshot, InventoryReallocated).some(({ data }) => data.replaced === parcelId);
const committed = (snapshot: OrderSnapshot, parcelId: string) =>
  factsOf(snapshot, InventoryCommitted).some(({ data }) => data.parcelId === parcelId);

/** Every parcel that was ever held, the ones in other warehouses included. */
function parcelsOf(snapshot: OrderSnapshot): string[] {
  const first = factsOf(snapshot, InventoryReserved).flatMap(({ data }) => data.parcels);
  const later = factsOf(snapshot, InventoryReallocated).flatMap(({ data }) => data.parcels);
  return [...first, ...later].map(({ parcelId }) => parcelId);
}

/** All that was in the parcel was taken out before it left. */
const emptied = ({ order }: OrderSnapshot, parcelId: string) =>
  (order?.parcels ?? []).some((one) => one.parcelId === parcelId && one.status === 'emptied');

const nothingIsHeld = (snapshot: OrderSnapshot) =>
  parcelsOf(snapshot).every(
    (id) => released(snapshot, id) || reallocated(snapshot, id) || committed(snapshot, id) || emptied(snapshot, id),
  );

/** Delivery has shipped the parcel, has failed to, has nothing to put into it any more, or the order was cancelled. */
function shipped(snapshot: OrderSnapshot, parcelId: string): boolean {
  if (anyOf(snapshot, ShipmentCancelled, OrderCancelled) || emptied(snapshot, parcelId)) return true;
  return [...factsOf(snapshot, ShipmentCreated), ...factsOf(snapshot, ShipmentFailed)].some(
    ({ data }) => data.parcelId === parcelId,
  );
}

function areShipped(snapshot: OrderSnapshot, { data }: EventOf<typeof OrderConfirmed>, context: AuditContext): boolean {
  return (
    (data.parcels ?? []).every(({ parcelId }) => shipped(snapshot, parcelId)) ||
    Date.parse(data.dispatchAfter) + context.graceMs > context.now.getTime() ||
    hasFutureDeadline(snapshot, 'shipment', context)
  );
}

/** Every shipment that was created has left or was cancelled. */
function isStopped(snapshot: OrderSnapshot): boolean {
  if (anyOf(snapshot, ShipmentCancelled, OrderCancelled)) return true;
  const over = [...factsOf(snapshot, ShipmentDispatched), ...factsOf(snapshot, ShipmentFailed)];
  return factsOf(snapshot, ShipmentCreated).every(
    (made) => over.some(({ data }) => data.parcelId === made.data.parcelId) || emptied(snapshot, made.data.parcelId),
  );
}

/** Staff are asked to look, or have. */
const isWithStaff = (order: OrderSnapshot['order']): boolean =>
  order?.attention !== undefined || (order?.settled ?? []).length > 0;

/** The order is open or delivered, and nothing was captured for it. */
const isUnpaidYet = (order: OrderSnapshot['order']): boolean =>
  order !== undefined && order.captured === undefined && isOpenOrDelivered(order.status);

const answered = (snapshot: OrderSnapshot, refundId: string) =>
  [...factsOf(snapshot, PaymentRefunded), ...factsOf(snapshot, PaymentRefundFailed)].some(
    ({ data }) => data.refundId === refundId,
  );

const refundRequested = (snapshot: OrderSnapshot, after: { readonly id: string; readonly time: string }) =>
  factsOf(snapshot, OrderRefundRequested).some(
    ({ causationid, time }) => causationid === after.id || time >= after.time,
  );

/** Earlier refunds cover these lines, or everything that was captured. */
function alreadyRefunded({ order }: OrderSnapshot, lines: readonly QuantityLine[], triedIsEnough = false): boolean {
  // Staff already look after a refund that failed.
  const refunds = (order?.refunds ?? []).filter(({ status }) => triedIsEnough || status !== 'failed');
  const back = refunds.reduce((sum, { amount }) => sum + amount.amount, 0);
  if (back > 0 && back >= (order?.captured?.amount ?? 0)) return true;
  const covered = (sku: string) =>
    refunds
      .flatMap((refund) => refund.lines)
      .filter((line) => line.sku === sku)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  return lines.every(({ sku, quantity }) => covered(sku) >= quantity);
}

/** The choreography as rules: after this fact, that one has to come. */
const RULES: readonly Rule[] = [
  rule(
    OrderPlaced,
    'inventory',
    'stock is held or the order is rejected',
    (snapshot) => anyOf(snapshot, InventoryReserved, InventoryRejected) || endedEarly(snapshot),
  ),
  rule(
    InventoryReserved,
    'payment',
    'payment answers',
    (snapshot, _event, context) =>
      anyOf(snapshot, PaymentAuthorized, PaymentActionRequired, PaymentDeclined, PaymentExpired, PaymentVoided) ||
      endedEarly(snapshot) ||
      hasFutureDeadline(snapshot, 'payment', context),
  ),
  rule(InventoryRejected, 'order-process', 'the order is rejected', (snapshot) => endedEarly(snapshot)),
  rule(
    PaymentAuthorized,
    'order-process',
    'the order is confirmed, or the money is given back',
    (snapshot) =>
      anyOf(snapshot, OrderConfirmed, PaymentVoided, PaymentRefunded) ||
      factsOf(snapshot, PaymentRefundFailed).length > 0,
  ),
  rule(
    PaymentExpired,
    'order-process',
    'the order expires',
    (snapshot) => endedEarly(snapshot) || finallyDeclined(snapshot),
  ),
  rule(
    PaymentDeclined,
    'inventory',
    'the stock is released',
    (snapshot, { data }) => !data.final || !wasSaid(snapshot, InventoryReserved) || nothingIsHeld(snapshot),
  ),
  rule(
    OrderConfirmed,
    'payment',
    'payment vouches for it, or says that the money is not there',
    (snapshot, event) =>
      anyOf(snapshot, PaymentSecured, PaymentUnsecured) || isBeforePaymentSecured(event) || endedEarly(snapshot),
  ),
  rule(
    OrderConfirmed,
    'delivery',
    'every parcel is shipped or fails',
    // Delivery waits for `payment.secured` unless the order was confirmed before payment published it.
    (snapshot, event, context) => !isBeforePaymentSecured(event) || areShipped(snapshot, event, context),
  ),
  rule(
    PaymentSecured,
    'delivery',
    'every parcel is shipped or fails',
    (snapshot, _event, context) =>
      isUnsecured(snapshot) ||
      factsOf(snapshot, OrderConfirmed).every((confirmed) => areShipped(snapshot, confirmed, context)),
  ),
  rule(
    PaymentUnsecured,
    'delivery',
    'what has not left is stopped',
    (snapshot) => !isUnsecured(snapshot) || isStopped(snapshot),
  ),
  rule(
    PaymentUnsecured,
    'order-process',
    'staff are asked to look',
    ({ order, ...snapshot }) => !isUnsecured({ order, ...snapshot }) || isWithStaff(order) || !isUnpaidYet(order),
  ),
  rule(
    InventoryReallocated,
    'delivery',
    'the new parcels are shipped or fail',
    (snapshot, { data }, context) =>
      isUnsecured(snapshot) ||
      data.parcels.every(({ parcelId }) => shipped(snapshot, parcelId)) ||
      hasFutureDeadline(snapshot, 'shipment', context),
  ),
  rule(ShipmentDispatched, 'inventory', "the parcel's stock is committed", (snapshot, { data }) =>
    committed(snapshot, data.parcelId),
  ),
  rule(
    ShipmentDispatched,
    'payment',
    'the money is captured',
    (snapshot, { data }) =>
      wasSaid(snapshot, PaymentCaptured) ||
      // The parcel will not arrive, and the order ended before the capture.
      (wasSaid(snapshot, PaymentVoided) &&
        factsOf(snapshot, ShipmentFailed).some((failed) => failed.data.parcelId === data.parcelId)),
  ),
  rule(
    ShipmentFailed,
    'inventory',
    'the parcel is held elsewhere or released',
    (snapshot, { data }) =>
      data.dispatched ||
      released(snapshot, data.parcelId) ||
      reallocated(snapshot, data.parcelId) ||
      awaitsReallocation(snapshot),
  ),
  rule(
    OrderEdited,
    'inventory',
    'what was taken out is available again',
    (snapshot, { data }) =>
      data.taken.length === 0 ||
      releasedWhole(snapshot) ||
      factsOf(snapshot, InventoryReleased).some((one) => one.data.editId === data.editId),
  ),
  rule(OrderCancelled, 'inventory', 'what was held is released', nothingIsHeld),
  rule(OrderExpired, 'inventory', 'what was held is released', nothingIsHeld),
  rule(
    ReturnReceived,
    'order-process',
    'a refund is asked for',
    (snapshot, event) => refundRequested(snapshot, event) || alreadyRefunded(snapshot, event.data.lines),
  ),
];

/** What workers' definitions promise and these checks judge more closely, knowing what makes it unnecessary. */
const JUDGED = new Set([
  ...RULES.map(({ when, who }) => `${when.type} ${who}`),
  `${OrderRefundRequested.type} payment`,
  `${OrderReturnRequested.type} delivery`,
]);

/** What else the definitions promise: the worker has handled the event, and said nothing of what has to follow. */
function brokenPromises(snapshot: OrderSnapshot, { choreography }: AuditContext): Finding[] {
  return choreography.flatMap(({ name, follows }) =>
    follows
      .filter(({ after }) => !JUDGED.has(`${after.type} ${name}`))
      .flatMap(({ after, oneOf }) =>
        (snapshot.eventsByType.get(after.type) ?? [])
          .filter(({ id }) => documentOfWorker(snapshot, name)?.handled?.[id] !== undefined)
          .filter(({ id }) => !oneOf.some(({ type }) => isAnswered(snapshot, type, id)))
          .map(({ id }) => {
            const wanted = oneOf.map(({ type }) => type).join(' or ');
            return finding(
              `${after.type} was handled by ${name}, and ${wanted} did not follow`,
              [documentRefOfWorker(snapshot, name)],
              [id],
            );
          }),
      ),
  );
}

const isAnswered = ({ eventsByType }: OrderSnapshot, type: string, cause: string): boolean =>
  (eventsByType.get(type) ?? []).some(({ causationid }) => causationid === cause);

export const whatFollows: OrderCheck = {
  name: 'orders.facts-are-followed-up',
  area: 'orders',
  promise: 'Every fact that had to follow another did.',
  always: false,
  examine: (snapshot, context) => [
    ...RULES.flatMap((one) => broken(one, snapshot, context)),
    ...brokenPromises(snapshot, context),
    ...unansweredCancellation(snapshot),
    ...unansweredRefunds(snapshot, context),
    ...unansweredReturns(snapshot),
    ...missingRefunds(snapshot),
    ...unansweredInspections(snapshot),
  ],
};

function broken({ when, who, then, followed }: Rule, snapshot: OrderSnapshot, context: AuditContext): Finding[] {
  return (
    (snapshot.eventsByType.get(when.type) ?? [])
      // Only the timeline records the gateway's facts; of those the rules name order.placed alone, which needs no data.
      .filter(
        (event) => (event.data !== undefined || when === OrderPlaced) && !followed(snapshot, event as never, context),
      )
      .map((event) => {
        const deadLettered = context.isKnownDeadLettered(who, event.id) ? `; ${who} has dead-lettered it` : '';
        const documents = [documentRefOfWorker(snapshot, event.source.slice(1)), documentRefOfWorker(snapshot, who)];
        return finding(
          `${when.type} was said, and it did not follow that ${then}${deadLettered}`,
          [...new Set(documents)],
          [event.id],
        );
      })
  );
}

/** The order's document records a cancellation that was requested over the API. */
function unansweredCancellation(snapshot: OrderSnapshot): Finding[] {
  const { order } = snapshot;
  if (!order?.cancel || anyOf(snapshot, OrderCancelled, OrderExpired, OrderRejected, ShipmentDispatched)) return [];
  // Delivery asks the carrier again at its deadline.
  if (order.status !== 'cancelling' || snapshot.shipment?.due) return [];
  const who = order.cancel.stage === 'confirmed' ? 'shipment' : 'order';
  const events = snapshot.eventsByType.get('order.cancel_requested') ?? [];
  const documents = [...new Set([documentRef(snapshot, 'order'), documentRef(snapshot, who)])];
  return [
    finding(
      'its cancellation was asked for, and nobody answered',
      documents,
      events.map(({ id }) => id),
    ),
  ];
}

/** The order's document records the refunds that staff or order-process requested. */
function unansweredRefunds(snapshot: OrderSnapshot, context: AuditContext): Finding[] {
  // Inventory records a refund even if it could restock nothing.
  const restocked = new Set((snapshot.reservation?.restocks ?? []).map((one) => one.refundId));
  const isBeingAsked =
    hasFutureDeadline(snapshot, 'payment', context) || mayHaveDeadlineInFlight(snapshot, 'payment', context);
  return (snapshot.order?.refunds ?? []).flatMap(({ refundId, restock, lines }) => {
    const findings: Finding[] = [];
    if (!answered(snapshot, refundId) && !isBeingAsked) {
      const message = `refund ${refundId} was asked for, and payment has neither made it nor failed to`;
      findings.push(finding(message, [documentRef(snapshot, 'order'), documentRef(snapshot, 'payment')]));
    }
    if (restock && lines.length > 0 && !restocked.has(refundId)) {
      const message = `the goods of refund ${refundId} were to go back on the shelf, and have not`;
      findings.push(finding(message, [documentRef(snapshot, 'order'), documentRef(snapshot, 'reservation')]));
    }
    return findings;
  });
}

const NOT_COMING: ReadonlySet<string> = new Set(['failed', 'cancelled', 'lost', 'returned']);

/** What was paid for and will not arrive. Payment refunds a cancelled order as a whole. */
function missingRefunds(snapshot: OrderSnapshot): Finding[] {
  const { order } = snapshot;
  // Inventory may still find another warehouse.
  if (!order?.captured || !isOpenOrDelivered(order.status) || awaitsReallocation(snapshot)) return [];
  const undeliverable = (order.parcels ?? []).filter(({ status }) => NOT_COMING.has(status));
  const takenOut = (order.edits ?? []).filter(({ refunded }) => refunded);
  const owed = [...undeliverable, ...takenOut].flatMap(({ lines = [] }) => lines);
  if (owed.length === 0 || alreadyRefunded(snapshot, summed(owed), true)) return [];
  const which = [
    ...undeliverable.map(({ parcelId, status }) => `parcel ${parcelId} is ${status}`),
    ...takenOut.map(({ editId }) => `edit ${editId} took out what was charged`),
  ].join(', ');
  return [finding(`${which}, and no refund of that was asked for`, [documentRef(snapshot, 'order')])];
}

const isOpenOrDelivered = (status: OrderStatus): boolean => isOpen(status) || status === 'delivered';

function summed(lines: readonly QuantityLine[]): QuantityLine[] {
  const bySku = Map.groupBy(lines, ({ sku }) => sku);
  return [...bySku].map(([sku, same]) => ({ sku, quantity: same.reduce((sum, { quantity }) => sum + quantity, 0) }));
}

/** What staff found sellable is on the shelf: inventory records an inspection even if it could restock nothing. */
function unansweredInspections(snapshot: OrderSnapshot): Finding[] {
  const { order, reservation } = snapshot;
  const restocked = new Set((reservation?.restocks ?? []).map((one) => one.refundId));
  return [...(order?.returns ?? []), ...(order?.parcels ?? [])]
    .flatMap(({ inspection }) => inspection ?? [])
    .filter(({ inspectionId, lines }) => lines.some(({ sellable }) => sellable > 0) && !restocked.has(inspectionId))
    .map(({ inspectionId }) =>
      finding(`what inspection ${inspectionId} found sellable was to go on the shelf, and has not`, [
        documentRef(snapshot, 'order'),
        documentRef(snapshot, 'reservation'),
      ]),
    );
}

function unansweredReturns(snapshot: OrderSnapshot): Finding[] {
  const known = new Set(
    [...factsOf(snapshot, ReturnCreated), ...factsOf(snapshot, ReturnFailed)].map(({ data }) => data.returnId),
  );
  return (snapshot.order?.returns ?? [])
    .filter(({ returnId }) => !known.has(returnId))
    .map(({ returnId }) =>
      finding(`return ${returnId} was asked for, and delivery has not answered`, [
        documentRef(snapshot, 'order'),
        documentRef(snapshot, 'shipment'),
      ]),
    );
}

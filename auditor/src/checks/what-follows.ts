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
  OrderExpired,
  OrderPlaced,
  OrderRefundRequested,
  OrderRejected,
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
import { type Dossier, documentOf, documentOfWorker, factsOf, isTriedAgain, wasSaid } from '../dossier.ts';
import { mayHaveSentDeadline } from '../rest.ts';
import { isBeforeVouching, isUnsecured } from '../words.ts';
import { type Finding, finding, type OrderCheck, type Surroundings } from './check.ts';
import { isOpen } from './orders.ts';

interface Rule {
  readonly when: EventDefinition;
  /** Whose move it is. */
  readonly who: string;
  readonly then: string;
  /** Pure: whether what had to follow has followed, or need not. */
  followed(dossier: Dossier, event: EventOf<EventDefinition>, surroundings: Surroundings): boolean;
}

/** A rule with the data of its fact typed. */
function rule<D extends EventDefinition>(
  when: D,
  who: string,
  then: string,
  followed: (dossier: Dossier, event: EventOf<D>, surroundings: Surroundings) => boolean,
): Rule {
  return { when, who, then, followed: followed as Rule['followed'] };
}

const anyOf = (dossier: Dossier, ...definitions: EventDefinition[]) =>
  definitions.some((definition) => wasSaid(dossier, definition));

/** The order ended, or is being called off, before it was confirmed: nothing else has to come. */
const calledOff = (dossier: Dossier) =>
  dossier.order?.cancel !== undefined || anyOf(dossier, OrderCancelled, OrderExpired, OrderRejected);

const failedForGood = (dossier: Dossier) => factsOf(dossier, PaymentDeclined).some(({ data }) => data.final);

/** The worker set itself a deadline that is still to come: it waits for something outside. */
const waits = (dossier: Dossier, book: 'payment' | 'shipment', { now }: Surroundings) =>
  (dossier[book]?.due?.getTime() ?? 0) > now.getTime();

const releasedWhole = (dossier: Dossier) =>
  factsOf(dossier, InventoryReleased).some(({ data }) => data.parcelId === undefined);
const released = (dossier: Dossier, parcelId: string) =>
  releasedWhole(dossier) || factsOf(dossier, InventoryReleased).some(({ data }) => data.parcelId === parcelId);
const reallocated = (dossier: Dossier, parcelId: string) =>
  factsOf(dossier, InventoryReallocated).some(({ data }) => data.replaced === parcelId);
const committed = (dossier: Dossier, parcelId: string) =>
  factsOf(dossier, InventoryCommitted).some(({ data }) => data.parcelId === parcelId);

/** Every parcel that was ever held, the ones in other warehouses included. */
function parcelsOf(dossier: Dossier): string[] {
  const first = factsOf(dossier, InventoryReserved).flatMap(({ data }) => data.parcels);
  const later = factsOf(dossier, InventoryReallocated).flatMap(({ data }) => data.parcels);
  return [...first, ...later].map(({ parcelId }) => parcelId);
}

const heldBack = (dossier: Dossier) =>
  parcelsOf(dossier).every((id) => released(dossier, id) || reallocated(dossier, id) || committed(dossier, id));

/** Delivery has answered for the parcel: it goes, it can't, or the order was called off. */
function shipped(dossier: Dossier, parcelId: string): boolean {
  if (anyOf(dossier, ShipmentCancelled, OrderCancelled)) return true;
  return [...factsOf(dossier, ShipmentCreated), ...factsOf(dossier, ShipmentFailed)].some(
    ({ data }) => data.parcelId === parcelId,
  );
}

function areShipped(dossier: Dossier, { data }: EventOf<typeof OrderConfirmed>, surroundings: Surroundings): boolean {
  return (
    (data.parcels ?? []).every(({ parcelId }) => shipped(dossier, parcelId)) ||
    Date.parse(data.dispatchAfter) + surroundings.graceMs > surroundings.now.getTime() ||
    waits(dossier, 'shipment', surroundings)
  );
}

/** Every shipment that was made has left, or was cancelled since. */
function isStopped(dossier: Dossier): boolean {
  if (anyOf(dossier, ShipmentCancelled, OrderCancelled)) return true;
  const over = [...factsOf(dossier, ShipmentDispatched), ...factsOf(dossier, ShipmentFailed)];
  return factsOf(dossier, ShipmentCreated).every((made) =>
    over.some(({ data }) => data.parcelId === made.data.parcelId),
  );
}

/** It goes on, and nobody has charged for it. */
const isUnpaidYet = (order: Dossier['order']): boolean =>
  order !== undefined && order.captured === undefined && isOpenOrDelivered(order.status);

const answered = (dossier: Dossier, refundId: string) =>
  [...factsOf(dossier, PaymentRefunded), ...factsOf(dossier, PaymentRefundFailed)].some(
    ({ data }) => data.refundId === refundId,
  );

const refundAsked = (dossier: Dossier, after: { readonly id: string; readonly time: string }) =>
  factsOf(dossier, OrderRefundRequested).some(
    ({ causationid, time }) => causationid === after.id || time >= after.time,
  );

/** Staff were quicker: refunds cover these lines, or there is nothing left to give back. */
function paidBackBefore({ order }: Dossier, lines: readonly QuantityLine[], triedIsEnough = false): boolean {
  // A refund that failed was asked for, and has the attention of staff.
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
    (dossier) => anyOf(dossier, InventoryReserved, InventoryRejected) || calledOff(dossier),
  ),
  rule(
    InventoryReserved,
    'payment',
    'payment answers',
    (dossier, _event, surroundings) =>
      anyOf(dossier, PaymentAuthorized, PaymentActionRequired, PaymentDeclined, PaymentExpired, PaymentVoided) ||
      calledOff(dossier) ||
      waits(dossier, 'payment', surroundings),
  ),
  rule(InventoryRejected, 'order-process', 'the order is rejected', (dossier) => calledOff(dossier)),
  rule(
    PaymentAuthorized,
    'order-process',
    'the order is confirmed, or the money is given back',
    (dossier) =>
      anyOf(dossier, OrderConfirmed, PaymentVoided, PaymentRefunded) ||
      factsOf(dossier, PaymentRefundFailed).length > 0,
  ),
  rule(PaymentExpired, 'order-process', 'the order expires', (dossier) => calledOff(dossier) || failedForGood(dossier)),
  rule(
    PaymentDeclined,
    'inventory',
    'the stock is released',
    (dossier, { data }) => !data.final || !wasSaid(dossier, InventoryReserved) || heldBack(dossier),
  ),
  rule(
    OrderConfirmed,
    'payment',
    'payment vouches for it, or says that the money is not there',
    (dossier, event) =>
      anyOf(dossier, PaymentSecured, PaymentUnsecured) || isBeforeVouching(event) || calledOff(dossier),
  ),
  rule(
    OrderConfirmed,
    'delivery',
    'every parcel is shipped or fails',
    // Since then delivery waits for payment's word.
    (dossier, event, surroundings) => !isBeforeVouching(event) || areShipped(dossier, event, surroundings),
  ),
  rule(
    PaymentSecured,
    'delivery',
    'every parcel is shipped or fails',
    (dossier, _event, surroundings) =>
      isUnsecured(dossier) ||
      factsOf(dossier, OrderConfirmed).every((confirmed) => areShipped(dossier, confirmed, surroundings)),
  ),
  rule(
    PaymentUnsecured,
    'delivery',
    'what has not left is stopped',
    (dossier) => !isUnsecured(dossier) || isStopped(dossier),
  ),
  rule(
    PaymentUnsecured,
    'order-process',
    'staff are asked to look',
    ({ order, ...dossier }) =>
      !isUnsecured({ order, ...dossier }) || order?.attention !== undefined || !isUnpaidYet(order),
  ),
  rule(
    InventoryReallocated,
    'delivery',
    'the new parcels are shipped or fail',
    (dossier, { data }, surroundings) =>
      isUnsecured(dossier) ||
      data.parcels.every(({ parcelId }) => shipped(dossier, parcelId)) ||
      waits(dossier, 'shipment', surroundings),
  ),
  rule(ShipmentDispatched, 'inventory', "the parcel's stock is committed", (dossier, { data }) =>
    committed(dossier, data.parcelId),
  ),
  rule(
    ShipmentDispatched,
    'payment',
    'the money is captured',
    (dossier, { data }) =>
      wasSaid(dossier, PaymentCaptured) ||
      // It will not arrive, and the order ended for it before the charge.
      (wasSaid(dossier, PaymentVoided) &&
        factsOf(dossier, ShipmentFailed).some((failed) => failed.data.parcelId === data.parcelId)),
  ),
  rule(
    ShipmentFailed,
    'inventory',
    'the parcel is held elsewhere or released',
    (dossier, { data }) =>
      data.dispatched ||
      released(dossier, data.parcelId) ||
      reallocated(dossier, data.parcelId) ||
      isTriedAgain(dossier),
  ),
  rule(OrderCancelled, 'inventory', 'what was held is released', heldBack),
  rule(OrderExpired, 'inventory', 'what was held is released', heldBack),
  rule(
    ReturnReceived,
    'order-process',
    'a refund is asked for',
    (dossier, event) => refundAsked(dossier, event) || paidBackBefore(dossier, event.data.lines),
  ),
];

export const whatFollows: OrderCheck = {
  name: 'orders.facts-are-followed-up',
  area: 'orders',
  promise: 'Every fact that had to follow another did.',
  always: false,
  examine: (dossier, surroundings) => [
    ...RULES.flatMap((one) => broken(one, dossier, surroundings)),
    ...cancelUnanswered(dossier),
    ...refundsUnanswered(dossier, surroundings),
    ...returnsUnanswered(dossier),
    ...owedUnasked(dossier),
  ],
};

function broken({ when, who, then, followed }: Rule, dossier: Dossier, surroundings: Surroundings): Finding[] {
  return (
    (dossier.byType.get(when.type) ?? [])
      // The gateway's facts are known by the timeline only; of them only order.placed is in the rules, and needs no data.
      .filter(
        (event) =>
          (event.data !== undefined || when === OrderPlaced) && !followed(dossier, event as never, surroundings),
      )
      .map((event) => {
        const deadLettered = surroundings.isKnownDeadLettered(who, event.id) ? `; ${who} has dead-lettered it` : '';
        const documents = [documentOfWorker(dossier, event.source.slice(1)), documentOfWorker(dossier, who)];
        return finding(
          `${when.type} was said, and it did not follow that ${then}${deadLettered}`,
          [...new Set(documents)],
          [event.id],
        );
      })
  );
}

/** Asked over the API: the wish itself is in the order's document. */
function cancelUnanswered(dossier: Dossier): Finding[] {
  const { order } = dossier;
  if (!order?.cancel || anyOf(dossier, OrderCancelled, OrderExpired, OrderRejected, ShipmentDispatched)) return [];
  // Delivery asks the carrier again at its deadline.
  if (order.status !== 'cancelling' || dossier.shipment?.due) return [];
  const who = order.cancel.stage === 'confirmed' ? 'shipment' : 'order';
  const events = dossier.byType.get('order.cancel_requested') ?? [];
  const documents = [...new Set([documentOf(dossier, 'order'), documentOf(dossier, who)])];
  return [
    finding(
      'its cancellation was asked for, and nobody answered',
      documents,
      events.map(({ id }) => id),
    ),
  ];
}

/** Staff ask over the API, order-process by itself; what either asked for is in the order's document. */
function refundsUnanswered(dossier: Dossier, surroundings: Surroundings): Finding[] {
  // Inventory notes a refund also where nothing could come back.
  const restocked = new Set((dossier.reservation?.restocks ?? []).map((one) => one.refundId));
  const isBeingAsked = waits(dossier, 'payment', surroundings) || mayHaveSentDeadline(dossier, 'payment', surroundings);
  return (dossier.order?.refunds ?? []).flatMap(({ refundId, restock, lines }) => {
    const findings: Finding[] = [];
    if (!answered(dossier, refundId) && !isBeingAsked) {
      const message = `refund ${refundId} was asked for, and payment has neither made it nor failed to`;
      findings.push(finding(message, [documentOf(dossier, 'order'), documentOf(dossier, 'payment')]));
    }
    if (restock && lines.length > 0 && !restocked.has(refundId)) {
      const message = `the goods of refund ${refundId} were to go back on the shelf, and have not`;
      findings.push(finding(message, [documentOf(dossier, 'order'), documentOf(dossier, 'reservation')]));
    }
    return findings;
  });
}

const NOT_COMING: ReadonlySet<string> = new Set(['failed', 'cancelled', 'lost', 'returned']);

/** Parcels that were paid for and will not arrive. Of an order that was cancelled payment gives back everything. */
function owedUnasked(dossier: Dossier): Finding[] {
  const { order } = dossier;
  // While inventory may still find another warehouse, nothing is given up.
  if (!order?.captured || !isOpenOrDelivered(order.status) || isTriedAgain(dossier)) return [];
  const owed = (order.parcels ?? []).filter(({ status }) => NOT_COMING.has(status));
  if (owed.length === 0 || paidBackBefore(dossier, summed(owed.flatMap(({ lines }) => lines)), true)) return [];
  const which = owed.map(({ parcelId, status }) => `parcel ${parcelId} is ${status}`).join(', ');
  return [finding(`${which}, and no refund of that was asked for`, [documentOf(dossier, 'order')])];
}

const isOpenOrDelivered = (status: OrderStatus): boolean => isOpen(status) || status === 'delivered';

function summed(lines: readonly QuantityLine[]): QuantityLine[] {
  const bySku = Map.groupBy(lines, ({ sku }) => sku);
  return [...bySku].map(([sku, same]) => ({ sku, quantity: same.reduce((sum, { quantity }) => sum + quantity, 0) }));
}

function returnsUnanswered(dossier: Dossier): Finding[] {
  const known = new Set(
    [...factsOf(dossier, ReturnCreated), ...factsOf(dossier, ReturnFailed)].map(({ data }) => data.returnId),
  );
  return (dossier.order?.returns ?? [])
    .filter(({ returnId }) => !known.has(returnId))
    .map(({ returnId }) =>
      finding(`return ${returnId} was asked for, and delivery has not answered`, [
        documentOf(dossier, 'order'),
        documentOf(dossier, 'shipment'),
      ]),
    );
}

import { isDeepStrictEqual } from 'node:util';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderExpired,
  OrderRefundRequested,
  OrderRejected,
} from '@orderflow/contracts';
import { withAttention } from '../orders/order-attention.ts';
import type { OrderDurations } from '../orders/order-deadlines.ts';
import type { OrderState } from '../orders/order-state.ts';
import { decideAutomaticRefunds } from './decide-automatic-refunds.ts';
import type { OrderProcessFact } from './order-change.ts';
import { hasLeft, isLive, shipmentOf, stopped, trackingOf } from './parcels.ts';
import { advance, paymentOf } from './payment-progress.ts';

/**
 * What follows from all that is known of an order, in whatever order it became known: how far it has come, what is
 * owed back, and what has to be said of that. Pure, and the one place where an order moves along.
 */
export function evolveOrder(
  orderId: string,
  before: OrderState,
  known: OrderState,
  { now, durations }: { now: Date; durations: OrderDurations },
): { state: OrderState; say: readonly OrderProcessFact[] } {
  const ended = withEnd(alongTheRoad(known));
  const { owed, order } = decideAutomaticRefunds(orderId, before, withAxes(ended), now);
  const requests = owed.map(({ status: _, at: __, ...refund }) =>
    OrderRefundRequested.of({ ...refund, actor: 'system' }),
  );
  const state = withAttention(before, unchangedAs(before, order), durations);
  // What goes back on the shelf is asked for first; who hears of the end gives the rest back.
  return { state, say: [...requests, ...announcement(before, order)] };
}

/** What was reckoned anew and came out the same is not written again. */
function unchangedAs(before: OrderState, order: OrderState): OrderState {
  const kept = { ...order };
  if (isDeepStrictEqual(order.parcels, before.parcels)) kept.parcels = before.parcels;
  if (before.refunded && isDeepStrictEqual(order.refunded, before.refunded)) kept.refunded = before.refunded;
  if (before.tracking && isDeepStrictEqual(order.tracking, before.tracking)) kept.tracking = before.tracking;
  return kept;
}

/** Parcels move the order: the first that leaves, the last that comes to an end. Not one that has ended otherwise. */
function alongTheRoad(order: OrderState): OrderState {
  const { status, parcels } = order;
  if (status !== 'pending' && status !== 'confirmed' && status !== 'cancelling' && status !== 'shipped') return order;
  const counted = parcels.filter((parcel) => parcel.status !== 'replaced');
  if (counted.length === 0) return order;
  if (counted.some(isLive)) return counted.some(hasLeft) ? { ...order, status: 'shipped' } : order;
  if (counted.some((parcel) => parcel.status === 'delivered')) return { ...order, status: 'delivered' };
  const why = counted.find((parcel) => parcel.reason !== undefined)?.reason;
  const reason = `Nothing of the order can reach you${why === undefined ? '' : `: ${why}`}`.slice(0, 500);
  return { ...order, status: 'cancelled', reason };
}

const HAS_ENDED: Readonly<Record<OrderState['status'], boolean>> = {
  pending: false,
  confirmed: false,
  cancelling: false,
  shipped: false,
  delivered: false,
  rejected: true,
  payment_failed: true,
  cancelled: true,
  expired: true,
};

/** Of an order that will not be fulfilled nothing will leave, and nothing more is to be paid. */
function withEnd(order: OrderState): OrderState {
  if (!HAS_ENDED[order.status]) return order;
  const parcels = stopped(order.parcels, order.reason);
  return { ...order, parcels, payment: order.payment === 'none' ? 'none' : advance(order, 'failed') };
}

function withAxes(order: OrderState): OrderState {
  const tracking = trackingOf(order.parcels);
  const { payment, refunded } = paymentOf(order);
  const reckoned = { ...order, payment, shipment: shipmentOf(order) };
  if (tracking) reckoned.tracking = tracking;
  if (refunded) reckoned.refunded = refunded;
  else delete reckoned.refunded;
  const mayPay = order.status === 'pending' && (payment === 'authorizing' || payment === 'action_required');
  if (!mayPay) delete reckoned.paymentDue;
  const isAnswered = (order.processing?.attempt ?? 0) <= (order.declinedAttempt ?? 0);
  if (!mayPay || isAnswered) delete reckoned.processing;
  return reckoned;
}

/** Who wanted it cancelled, unless a parcel was quicker and did not arrive. */
const causeOf = ({ cancel, parcels }: OrderState) =>
  cancel !== undefined && !parcels.some(hasLeft) ? cancel.actor : 'undeliverable';

/** Each new status that others wait for is said, once. */
function announcement(before: OrderState, order: OrderState): OrderProcessFact[] {
  if (order.status === before.status) return [];
  const { status, reason = 'No reason was given' } = order;
  switch (status) {
    case 'confirmed': {
      const { lines, address, contact, shippingMethod, total, cancelUntil: dispatchAfter } = order;
      const parcels = order.parcels
        .filter(isLive)
        .map(({ parcelId, warehouse, lines }) => ({ parcelId, warehouse, lines }));
      return [OrderConfirmed.of({ lines, parcels, address, contact, shippingMethod, dispatchAfter, total })];
    }
    case 'rejected':
      return [OrderRejected.of({ reason })];
    case 'expired':
      return [OrderExpired.of({ reason })];
    case 'cancelled': {
      const left = order.parcels.filter(hasLeft).map(({ parcelId }) => parcelId);
      return [OrderCancelled.of({ reason, cause: causeOf(order), ...(left.length > 0 && { left }) })];
    }
    // Who has to know of these says so itself, or heard it from the same fact.
    case 'pending':
    case 'payment_failed':
    case 'cancelling':
    case 'shipped':
    case 'delivered':
      return [];
    default:
      return status satisfies never;
  }
}

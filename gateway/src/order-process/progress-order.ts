import {
  OrderCancelled,
  OrderConfirmed,
  OrderExpired,
  OrderRefundRequested,
  OrderRejected,
} from '@orderflow/contracts';
import { doneEdits } from '../orders/edits.ts';
import { evolve } from '../orders/evolve.ts';
import type { OrderDurations } from '../orders/order-deadlines.ts';
import type { OrderState } from '../orders/order-state.ts';
import { hasLeft, isCounted, isLive, stopped } from '../orders/parcels.ts';
import { advance } from '../orders/payment-progress.ts';
import { decideAutomaticRefunds } from './decide-automatic-refunds.ts';
import type { OrderProcessFact } from './order-change.ts';

/**
 * Pure: what follows from all that is known of an order, in whatever order it became known: how far it has come, which
 * refunds are due, and which events to publish.
 */
export function progressOrder(
  orderId: string,
  before: OrderState,
  change: Partial<OrderState>,
  { now, durations }: { now: Date; durations: OrderDurations },
): { state: OrderState; say: readonly OrderProcessFact[] } {
  const progressed = withEnd(alongTheRoad({ ...before, ...change }));
  const { refunds, order } = decideAutomaticRefunds(orderId, progressed, now);
  const requests = refunds.map(({ status: _, at: __, ...refund }) =>
    OrderRefundRequested.of({ ...refund, actor: 'system' }),
  );
  const state = evolve(before, order, { now, durations });
  return { state, say: [...requests, ...announcement(before, state)] };
}

/** Parcels move the order: the first that leaves, the last that comes to an end. Not one that has ended otherwise. */
function alongTheRoad(order: OrderState): OrderState {
  const { status, parcels } = order;
  if (status !== 'pending' && status !== 'confirmed' && status !== 'cancelling' && status !== 'shipped') return order;
  const counted = parcels.filter(isCounted);
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
      const edits = doneEdits(order);
      const said = { lines, parcels, address, contact, shippingMethod, dispatchAfter, total };
      return [OrderConfirmed.of({ ...said, ...(edits > 0 && { edits }) })];
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

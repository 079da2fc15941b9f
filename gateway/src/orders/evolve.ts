import { isDeepStrictEqual } from 'node:util';
import { toInspect } from './inspections.ts';
import { isAskedAboutEmail, withAttention } from './order-attention.ts';
import type { OrderDurations } from './order-deadlines.ts';
import type { OrderState } from './order-state.ts';
import { shipmentOf, trackingOf } from './parcels.ts';
import { paymentOf } from './payment-progress.ts';

/**
 * Pure: the order after a change, whoever makes it: what is derived from the rest is derived again, and flags for
 * staff that are over are gone. Its deadline follows from the result (`orderDeadlineOf`).
 */
export function evolve(
  before: OrderState,
  changed: OrderState,
  { now, durations }: { now: Date; durations: OrderDurations },
): OrderState {
  const order = unchangedAs(before, withDerived({ ...changed, updatedAt: now.toISOString() }));
  return withAttention(before, order, durations);
}

function withDerived(order: OrderState): OrderState {
  const deliveredAt = order.timeline.findLast(({ type }) => type === 'shipment.delivered')?.at;
  const tracking = trackingOf(order.parcels);
  const { payment, refunded } = paymentOf(order);
  const derived = { ...order, payment, shipment: shipmentOf(order) };
  if (tracking) derived.tracking = tracking;
  if (deliveredAt !== undefined) derived.deliveredAt = deliveredAt;
  if (toInspect(order).length > 0) derived.toInspect = true;
  else delete derived.toInspect;
  if (refunded) derived.refunded = refunded;
  else delete derived.refunded;
  const mayPay = order.status === 'pending' && (payment === 'authorizing' || payment === 'action_required');
  if (!mayPay || order.paymentDue === undefined) delete derived.paymentDue;
  if (order.emailProblem && !isAskedAboutEmail(order)) delete derived.emailProblem;
  const isAnswered = (order.processing?.attempt ?? 0) <= (order.declinedAttempt ?? 0);
  if (!mayPay || isAnswered) delete derived.processing;
  return derived;
}

/** What was derived anew and came out the same is not written again. */
function unchangedAs(before: OrderState, order: OrderState): OrderState {
  const kept = { ...order };
  if (isDeepStrictEqual(order.parcels, before.parcels)) kept.parcels = before.parcels;
  if (before.refunded && isDeepStrictEqual(order.refunded, before.refunded)) kept.refunded = before.refunded;
  if (before.tracking && isDeepStrictEqual(order.tracking, before.tracking)) kept.tracking = before.tracking;
  return kept;
}

import type { EventOf, OrderCancelRequested } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import type { Deps, Result } from '../deps.ts';
import { end } from '../end.ts';
import type { Payment } from '../payment.ts';

export function onOrderCancelRequested(
  deps: Deps,
  { subject: orderId, data: { reason, stage } }: EventOf<typeof OrderCancelRequested>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> | Result {
  // Once confirmed, delivery answers first; then `order.cancelled` comes, or the parcel has left.
  if (stage === 'confirmed') return ignore('delivery answers first');
  return end(deps, { orderId, reason }, state, context);
}

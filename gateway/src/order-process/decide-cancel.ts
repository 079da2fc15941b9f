import type { OrderCancelRequested } from '@orderflow/contracts';
import type { Decide } from './order-change.ts';

/**
 * The cancellation is on the order already, in the write that accepted it. Of an order that was not confirmed nothing can be
 * with the carrier, so it is cancelled at once; otherwise delivery answers.
 */
export const decideCancelRequested: Decide<typeof OrderCancelRequested> = (order, { actor, reason, stage }) => {
  const text = `${actor === 'staff' ? 'We' : 'You'} asked to cancel the order: ${reason}`;
  const mayEnd = order.status === 'cancelling' || order.status === 'pending';
  return stage === 'pending' && mayEnd ? { text, change: { status: 'cancelled', reason } } : { text };
};

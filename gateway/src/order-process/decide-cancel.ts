import { OrderCancelRequested } from '@orderflow/contracts';
import { textOf } from '../orders/event-texts.ts';
import type { Decide } from './order-change.ts';

/**
 * The cancellation is on the order already, in the write that accepted it. Of an order that was not confirmed nothing can be
 * with the carrier, so it is cancelled at once; otherwise delivery answers.
 */
export const decideCancelRequested: Decide<typeof OrderCancelRequested> = (order, data) => {
  const text = textOf({ type: OrderCancelRequested.type, data }, order);
  const { reason, stage } = data;
  const mayEnd = order.status === 'cancelling' || order.status === 'pending';
  return stage === 'pending' && mayEnd ? { text, change: { status: 'cancelled', reason } } : { text };
};

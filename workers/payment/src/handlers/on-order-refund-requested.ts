import type { EventOf, OrderRefundRequested } from '@orderflow/contracts';
import { decideOnRefundRequested } from '../decide-refunds.ts';
import type { PaymentHandler } from '../with-stripe.ts';

export const onOrderRefundRequested: PaymentHandler<EventOf<typeof OrderRefundRequested>> = (_deps, event, state) => {
  const { refundId, amount, lines, reason, cause } = event.data;
  return decideOnRefundRequested(state, { refundId, amount, lines, reason, cause });
};

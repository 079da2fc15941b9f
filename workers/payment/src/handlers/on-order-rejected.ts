import type { EventOf, OrderRejected } from '@orderflow/contracts';
import { decideOnEnd } from '../decide-payment.ts';
import type { PaymentHandler } from '../with-stripe.ts';

export const onOrderRejected: PaymentHandler<EventOf<typeof OrderRejected>> = (_deps, { data: { reason } }, state) =>
  decideOnEnd(state, { reason, unheld: true });

import type { EventOf, OrderExpired } from '@orderflow/contracts';
import { decideOnEnd } from '../decide-payment.ts';
import type { PaymentHandler } from '../with-stripe.ts';

export const onOrderExpired: PaymentHandler<EventOf<typeof OrderExpired>> = (_deps, { data: { reason } }, state) =>
  decideOnEnd(state, { reason, unpaid: true });

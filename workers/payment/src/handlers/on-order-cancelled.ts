import type { EventOf, OrderCancelled } from '@orderflow/contracts';
import { decideOnEnd } from '../decide-payment.ts';
import type { PaymentHandler } from '../with-stripe.ts';

export const onOrderCancelled: PaymentHandler<EventOf<typeof OrderCancelled>> = (_deps, { data: { reason } }, state) =>
  decideOnEnd(state, { reason });

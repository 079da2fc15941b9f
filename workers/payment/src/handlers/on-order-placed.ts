import type { EventOf, OrderPlaced } from '@orderflow/contracts';
import { decideOnPlaced } from '../decide-payment.ts';
import { earlierTries } from '../earlier-tries.ts';
import type { PaymentHandler } from '../with-stripe.ts';

export const onOrderPlaced: PaymentHandler<EventOf<typeof OrderPlaced>> = (_deps, event, state, context) => {
  const { total: amount, paymentMethod, singleAttempt: single } = event.data;
  const purchase = { amount, paymentMethod, ...(single && { single }) };
  return decideOnPlaced(state, purchase, { now: context.now, earlier: earlierTries(event, context) });
};

import type { EventOf, OrderPaymentRetried } from '@orderflow/contracts';
import { decideOnRetried } from '../decide-payment.ts';
import { earlierTries } from '../earlier-tries.ts';
import type { PaymentHandler } from '../with-stripe.ts';

export const onOrderPaymentRetried: PaymentHandler<EventOf<typeof OrderPaymentRetried>> = (
  { terms: { attempts } },
  event,
  state,
  context,
) => decideOnRetried(state, event.data, { now: context.now, earlier: earlierTries(event, context), attempts });

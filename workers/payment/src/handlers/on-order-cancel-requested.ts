import type { EventOf, OrderCancelRequested } from '@orderflow/contracts';
import { ignore } from '@orderflow/runtime';
import { decideOnEnd } from '../decide-payment.ts';
import type { PaymentHandler } from '../with-stripe.ts';

export const onOrderCancelRequested: PaymentHandler<EventOf<typeof OrderCancelRequested>> = (
  _deps,
  { data: { reason, stage } },
  state,
) =>
  // Once confirmed, delivery answers first; then `order.cancelled` comes, or the parcel has left.
  stage === 'confirmed' ? ignore('delivery answers first') : decideOnEnd(state, { reason });

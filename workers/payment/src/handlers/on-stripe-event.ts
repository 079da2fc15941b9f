import type { EventOf, StripeEvent } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import type { Deps, Result } from '../deps.ts';
import { follow } from '../follow.ts';
import type { Payment } from '../payment.ts';

/** A nudge, no more: Stripe is asked what is true now. So duplicates, old news and forgeries do no harm. */
export async function onStripeEvent(
  deps: Deps,
  event: EventOf<typeof StripeEvent>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  const { intentId, type } = event.data;
  const unknown = (why: string) => {
    context.log.warn({ intentId, stripeType: type }, `not acted upon: ${why}`);
    return ignore(why);
  };
  if (state === null) return unknown('no payment is known of this order');
  const truth = await deps.cards.look(intentId);
  if (!truth) return unknown('Stripe knows of no such intent');
  if (truth.orderId !== event.subject) return unknown("the intent is another order's");
  return follow(deps, event.subject, state, truth, { to: 'know' }, context);
}

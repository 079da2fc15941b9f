import { type HandlerContext, ignore, NotYetError } from '@orderflow/runtime';
import type { Attempt, BeforeAttempt } from './decide-payment.ts';
import type { Deps, Result } from './deps.ts';
import { follow, truthOf } from './follow.ts';
import { intentOf, type Payment } from './payment.ts';

/** A request that we gave up may still be on its way to Stripe: so many tries of the event look for its effect. */
const LOOKS = 4;

/** Carries out what was decided for a fact that asks for an attempt to be paid. */
export async function carryOut(
  deps: Deps,
  orderId: string,
  decided: BeforeAttempt,
  context: HandlerContext,
): Promise<Result> {
  switch (decided.next) {
    case 'become':
      return { state: decided.state, say: decided.say ?? [] };
    case 'attempt':
      return attempt(deps, orderId, decided.state, decided.attempt, context);
    case 'give_back':
      return giveBackLate(deps, orderId, decided.state, context);
    case 'wait':
      throw new NotYetError(decided.why);
    case 'nothing':
      return ignore(decided.why);
    default:
      return decided satisfies never;
  }
}

async function attempt(
  deps: Deps,
  orderId: string,
  state: Payment,
  { bill, paymentMethod, intentId }: Attempt,
  context: HandlerContext,
): Promise<Result> {
  const { triedBefore, now } = context;
  if (new Date(bill.payUntil) <= now) {
    const truth = triedBefore ? await truthOf(deps, orderId, state) : undefined;
    return follow(deps, orderId, state, truth, { to: 'expire', bill }, context);
  }
  const { amount, attempt: nth } = bill;
  const request = { orderId, attempt: nth, amount, paymentMethod, ...(intentId && { intentId }), triedBefore };
  const answer = await deps.cards.pay(request);
  return follow(deps, orderId, state, answer, { to: 'pay', bill }, context);
}

/** Our try may have reached the card of an order that has ended meanwhile. */
async function giveBackLate(deps: Deps, orderId: string, state: Payment, context: HandlerContext): Promise<Result> {
  const truth = await truthOf(deps, orderId, state);
  // An intent that is known was ended by whoever ended the payment; a first request may still be on its way.
  if (truth === undefined && intentOf(state) === undefined && context.attempt < LOOKS) {
    throw new NotYetError('the card may still be authorised');
  }
  return follow(deps, orderId, state, truth, { to: 'know' }, context);
}

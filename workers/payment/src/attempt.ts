import type { OrderflowEvent } from '@orderflow/contracts';
import { change, type HandlerContext, ignore, NotYetError, wait } from '@orderflow/runtime';
import type { Attempt, BeforeAttempt } from './decide-payment.ts';
import type { Deps, Result } from './deps.ts';
import { earlierOf, mayHaveAsked, notedIntent, noteIntent } from './earlier.ts';
import { follow, truthOf } from './follow.ts';
import { intentOf, type Payment } from './payment.ts';

type Asking = Pick<OrderflowEvent, 'subject' | 'time'>;

/** Carries out what was decided for a fact that asks for an attempt to be paid. */
export async function carryOut(
  deps: Deps,
  event: Asking,
  decided: BeforeAttempt,
  context: HandlerContext,
): Promise<Result> {
  switch (decided.kind) {
    case 'become':
      return change(decided.state, decided.say ?? []);
    case 'attempt':
      return attempt(deps, event, decided.state, decided.attempt, context);
    case 'give_back':
      return giveBackLate(deps, event, decided.state, context);
    case 'wait':
      return wait(decided.why);
    case 'nothing':
      return ignore(decided.why);
    default:
      return decided satisfies never;
  }
}

async function attempt(
  deps: Deps,
  event: Asking,
  state: Payment,
  { bill, paymentMethod, intentId }: Attempt,
  context: HandlerContext,
): Promise<Result> {
  const orderId = event.subject;
  if (new Date(bill.payUntil) <= context.now) {
    const truth = mayHaveAsked(context) ? await whatCameOf(deps, event, state, context) : undefined;
    return follow(deps, orderId, state, truth, { to: 'expire', bill }, context);
  }
  const noted = notedIntent(context);
  const { amount, attempt: nth } = bill;
  const request = { orderId, attempt: nth, amount, paymentMethod, ...(intentId && { intentId }) };
  const answer = noted
    ? await deps.cards.look(noted)
    : await deps.cards.pay({ ...request, earlier: earlierOf(event, context) });
  if (answer && 'intentId' in answer) noteIntent(context, answer.intentId);
  return follow(deps, orderId, state, answer, { to: 'pay', bill }, context);
}

/** Our try may have reached the card of an order that has ended meanwhile. */
async function giveBackLate(deps: Deps, event: Asking, state: Payment, context: HandlerContext): Promise<Result> {
  const truth = await whatCameOf(deps, event, state, context);
  return follow(deps, event.subject, state, truth, { to: 'know' }, context);
}

/**
 * What an earlier try has left, where the request must not be repeated. An intent that is known was ended by whoever
 * ended the payment; a first request may still be on its way, and search not know it yet.
 */
async function whatCameOf(deps: Deps, event: Asking, state: Payment, context: HandlerContext) {
  const truth = await truthOf(deps, event.subject, state, notedIntent(context));
  if (truth === undefined && intentOf(state) === undefined && !earlierOf(event, context).searchable) {
    throw new NotYetError('the card may still be authorised');
  }
  return truth;
}

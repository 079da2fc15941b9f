import { change, type HandlerContext, ignore, NotYetError, PermanentError, TransientError } from '@orderflow/runtime';
import { asked, type RefundWish, refused } from './decide-refunds.ts';
import { judge } from './decide-truth.ts';
import type { Deps, Result, Said } from './deps.ts';
import { type Captured, intentOf, type Payment } from './payment.ts';
import type { Settled, Truth, Wish } from './verdict.ts';

/** Cancelling and being paid meanwhile can't go on for ever: an intent is authorised once. */
const MAX_STEPS = 4;

/**
 * What Stripe knows of this order.
 * @param noted the intent that this try has made, where the payment does not know one yet
 */
export function truthOf({ cards }: Deps, orderId: string, state: Payment, noted?: string): Promise<Truth> {
  const intentId = intentOf(state) ?? noted;
  return intentId === undefined ? cards.find(orderId) : cards.look(intentId);
}

/** Does what Stripe's word asks for, until it asks for no other call. */
export async function follow(
  deps: Deps,
  orderId: string,
  state: Payment,
  seen: Truth,
  wish: Wish,
  context: HandlerContext,
): Promise<Result> {
  const { now, attempt } = context;
  let truth = seen;
  for (let step = 0; step < MAX_STEPS; step++) {
    const verdict = judge(state, truth, wish, { orderId, now, terms: deps.terms, attempt });
    switch (verdict.kind) {
      case 'cancel': {
        const { intentId, abandoned } = verdict;
        truth = await deps.cards.cancel({ orderId, intentId, abandoned });
        if (truth.status === 'canceled') {
          const paid = truth.released && verdict.ifPaid?.(truth.released);
          return outcomeOf(paid ?? verdict.afterwards);
        }
        context.log.info({ intentId, status: truth.status }, 'not cancelled: Stripe was faster');
        break;
      }
      case 'refund':
        return refund(deps, orderId, verdict, context);
      default:
        return outcomeOf(verdict);
    }
  }
  throw new TransientError('stripe: the intent can neither be cancelled nor kept');
}

/** Stripe counts a refund that was just made, though its own event has not noted it here. */
const MAY_BE_BEHIND: ReadonlySet<string> = new Set(['charge_already_refunded', 'amount_too_large']);
const LOOKS = 4;

/** Gives money back and notes how that went. */
export async function refund(
  { cards }: Deps,
  orderId: string,
  { state, wish, say = [] }: { state: Captured; wish: RefundWish; say?: readonly Said[] },
  { now, attempt }: Pick<HandlerContext, 'now' | 'attempt'>,
): Promise<Result> {
  const { refundId, amount } = wish;
  const answer = await cards.refund({ orderId, intentId: state.intentId, refundId, amount });
  if (answer.status === 'refused' && MAY_BE_BEHIND.has(answer.code) && attempt < LOOKS) {
    throw new NotYetError(`another refund may have been faster: ${answer.message}`);
  }
  const noted = answer.status === 'refused' ? refused(state, wish, answer) : asked(state, wish, answer, now);
  return change(noted.state, [...say, ...noted.say]);
}

function outcomeOf(settled: Settled): Result {
  switch (settled.kind) {
    case 'become':
      return change(settled.state, settled.say);
    case 'nothing':
      return ignore(settled.why);
    case 'wait':
      throw new NotYetError(settled.why);
    case 'alarm':
      throw new PermanentError(settled.why);
    default:
      return settled satisfies never;
  }
}

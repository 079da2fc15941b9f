import type { EventOf, OrderRefundRequested } from '@orderflow/contracts';
import { change, type HandlerContext, ignore, PermanentError, wait } from '@orderflow/runtime';
import { asked, refundFailed, refusalOf, refused, settle, whenRefundRequested } from '../decide-refunds.ts';
import type { Deps, Result } from '../deps.ts';
import { refund } from '../follow.ts';
import type { Captured, Payment } from '../payment.ts';

export async function onOrderRefundRequested(
  deps: Deps,
  event: EventOf<typeof OrderRefundRequested>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  const { refundId, amount, lines, reason, cause } = event.data;
  const wish = { refundId, amount, lines, reason, cause };
  const decided = whenRefundRequested(state, wish);
  switch (decided.kind) {
    case 'ask':
      return ask(deps, event.subject, decided.state, wish, context);
    case 'refuse': {
      const none = { amount: 0, currency: amount.currency };
      const { code, message } = decided.refusal;
      return change(decided.state, [refundFailed(wish, code, message, none)]);
    }
    case 'wait':
      return wait(decided.why);
    case 'nothing':
      return ignore(decided.why);
    default:
      return decided satisfies never;
  }
}

/** Stripe is asked first what was given back so far: the refund may be there already, and others may be. */
async function ask(
  deps: Deps,
  orderId: string,
  state: Captured,
  wish: Parameters<typeof refusalOf>[1],
  context: HandlerContext,
): Promise<Result> {
  const truth = await deps.cards.look(state.intentId);
  if (truth?.status !== 'captured') throw new PermanentError(`${state.intentId} is not captured at Stripe`);
  const upToDate = settle(state, truth.refunds, context.now);
  const made = truth.refunds.find(({ refundId }) => refundId === wish.refundId);
  const refusal = made ? undefined : refusalOf(upToDate.state, wish);
  if (!made && !refusal) return refund(deps, orderId, { ...upToDate, wish }, context);
  const noted = made
    ? asked(upToDate.state, { ...wish, amount: made.amount }, made, context.now)
    : refused(upToDate.state, wish, refusal as NonNullable<typeof refusal>);
  return change(noted.state, [...upToDate.say, ...noted.say]);
}

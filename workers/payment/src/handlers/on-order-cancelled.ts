import { type EventOf, type OrderCancelled, PaymentVoided } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import { giveBack, type Result } from '../authorise.ts';
import { type Payment, whenCancelled } from '../decide-payment.ts';
import type { Deps } from '../deps.ts';

/**
 * Closes the payment. While an authorisation is under way, either this write comes first and the authorising
 * handler, called again, finds the payment closed and voids what it got; or that one comes first and this
 * handler, called again, finds it authorised and voids it.
 */
export async function onOrderCancelled(
  deps: Deps,
  event: EventOf<typeof OrderCancelled>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  const { reason } = event.data;
  const decided = whenCancelled(state, reason);
  switch (decided.next) {
    case 'become':
      return { state: decided.state };
    case 'look_and_close':
      return (await giveBack(deps, event.subject, reason, context)) ?? { state: { status: 'not_needed', reason } };
    case 'void': {
      const { amount, intentId } = decided;
      const end = await deps.cards.void({ orderId: event.subject, intentId, triedBefore: context.triedBefore });
      if (end === 'captured') return tooLate(context, 'the payment was captured at the same moment');
      const voided = PaymentVoided.of({ amount, reason });
      return { state: { status: 'voided', amount, intentId, reason }, say: [voided] };
    }
    case 'nothing':
      return decided.alarming ? tooLate(context, decided.why) : ignore(decided.why);
    default:
      return decided satisfies never;
  }
}

function tooLate(context: HandlerContext, why: string): Result {
  context.log.warn(`not voided: ${why}`);
  return ignore(why);
}

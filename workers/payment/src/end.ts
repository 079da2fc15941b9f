import { change, type HandlerContext, ignore } from '@orderflow/runtime';
import { whenEnded } from './decide-payment.ts';
import type { Deps, Result } from './deps.ts';
import { follow, truthOf } from './follow.ts';
import type { Payment } from './payment.ts';

/**
 * The order has ended: its money is let go or given back. While an attempt is under way, either this write comes
 * first, and the attempt's handler, called again, finds the payment closed and gives back what it got; or that
 * one comes first, and this one, called again, finds what is there to be given back.
 * @param unheld the order never had stock
 * @param unpaid it ended since nobody paid in time
 */
export async function end(
  deps: Deps,
  ended: { readonly orderId: string; readonly reason: string; readonly unheld?: boolean; readonly unpaid?: boolean },
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  const { orderId, reason, unheld = false, unpaid = false } = ended;
  const decided = whenEnded(state, reason, unheld);
  switch (decided.kind) {
    case 'become':
      return change(decided.state);
    case 'end': {
      const truth = await truthOf(deps, orderId, decided.state);
      return follow(deps, orderId, decided.state, truth, { to: 'end', reason, unpaid }, context);
    }
    case 'nothing':
      return ignore(decided.why);
    default:
      return decided satisfies never;
  }
}

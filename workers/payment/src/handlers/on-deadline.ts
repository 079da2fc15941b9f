import type { EventOf } from '@orderflow/contracts';
import { change, type DeadlinePassed, type HandlerContext, ignore } from '@orderflow/runtime';
import { capture } from '../capture.ts';
import type { Deps, Result } from '../deps.ts';
import { follow, truthOf } from '../follow.ts';
import type { Payment } from '../payment.ts';
import { LOOK_AGAIN_MS, type Wish } from '../verdict.ts';

/** A time has come: Stripe is asked before anything is given up. */
export async function onDeadline(
  deps: Deps,
  event: EventOf<typeof DeadlinePassed>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  const orderId = event.subject;
  switch (state?.status) {
    case 'awaiting_order':
    case 'action_required':
    case 'retry_due':
      return ask(deps, orderId, state, { to: 'expire' }, context);
    case 'processing': {
      const over = new Date(state.payUntil) <= context.now;
      return orLookAgain(await ask(deps, orderId, state, { to: over ? 'expire' : 'know' }, context), state, context);
    }
    case 'closing':
      return orLookAgain(await ask(deps, orderId, state, { to: 'know' }, context), state, context);
    case 'authorized':
      return capture(deps, orderId, state, 'lapsing', context);
    case 'captured': {
      const result = await ask(deps, orderId, state, { to: 'know' }, context);
      return 'ignored' in result ? ignore('no refund is pending any more') : result;
    }
    case undefined:
    case 'awaiting_stock':
    case 'declined':
    case 'expired':
    case 'voided':
    case 'not_needed':
      return ignore('nothing is due');
    default:
      return state satisfies never;
  }
}

const ask = async (deps: Deps, orderId: string, state: Payment, wish: Wish, context: HandlerContext) =>
  follow(deps, orderId, state, await truthOf(deps, orderId, state), wish, context);

/** A deadline that is left as it was would never come again. */
function orLookAgain(
  result: Result,
  state: Extract<Payment, { status: 'processing' | 'closing' }>,
  { now }: HandlerContext,
): Result {
  if (!('ignored' in result)) return result;
  return change({ ...state, lookAt: new Date(now.getTime() + LOOK_AGAIN_MS).toISOString() });
}

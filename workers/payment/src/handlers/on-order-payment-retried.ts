import type { EventOf, OrderPaymentRetried } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../attempt.ts';
import { whenRetried } from '../decide-payment.ts';
import type { Deps, Result } from '../deps.ts';
import { mayHaveAsked } from '../earlier.ts';
import type { Payment } from '../payment.ts';

export function onOrderPaymentRetried(
  deps: Deps,
  event: EventOf<typeof OrderPaymentRetried>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  const given = { asked: mayHaveAsked(context), now: context.now, attempts: deps.terms.attempts };
  return carryOut(deps, event, whenRetried(state, event.data, given), context);
}

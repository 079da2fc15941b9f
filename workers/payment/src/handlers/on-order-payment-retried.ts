import type { EventOf, OrderPaymentRetried } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../attempt.ts';
import { whenRetried } from '../decide-payment.ts';
import type { Deps, Result } from '../deps.ts';
import type { Payment } from '../payment.ts';

export function onOrderPaymentRetried(
  deps: Deps,
  event: EventOf<typeof OrderPaymentRetried>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  const { triedBefore, now } = context;
  const decided = whenRetried(state, event.data, { triedBefore, now, attempts: deps.terms.attempts });
  return carryOut(deps, event.subject, decided, context);
}

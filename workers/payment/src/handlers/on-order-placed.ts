import type { EventOf, OrderPlaced } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../attempt.ts';
import { whenPlaced } from '../decide-payment.ts';
import type { Deps, Result } from '../deps.ts';
import { mayHaveAsked } from '../earlier.ts';
import type { Payment } from '../payment.ts';

export function onOrderPlaced(
  deps: Deps,
  event: EventOf<typeof OrderPlaced>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  const { total: amount, paymentMethod, singleAttempt } = event.data;
  const purchase = { amount, paymentMethod, ...(singleAttempt && { single: singleAttempt }) };
  return carryOut(deps, event, whenPlaced(state, purchase, mayHaveAsked(context)), context);
}

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
  const { total: amount, paymentMethod } = event.data;
  return carryOut(deps, event, whenPlaced(state, { amount, paymentMethod }, mayHaveAsked(context)), context);
}

import type { EventOf, InventoryReserved } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../attempt.ts';
import { whenReserved } from '../decide-payment.ts';
import type { Deps, Result } from '../deps.ts';
import { mayHaveAsked } from '../earlier.ts';
import type { Payment } from '../payment.ts';

export function onInventoryReserved(
  deps: Deps,
  event: EventOf<typeof InventoryReserved>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  const decided = whenReserved(state, event.data.holdUntil, mayHaveAsked(context));
  return carryOut(deps, event, decided, context);
}

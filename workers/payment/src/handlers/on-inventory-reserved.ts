import type { EventOf, InventoryReserved } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../attempt.ts';
import { whenReserved } from '../decide-payment.ts';
import type { Deps, Result } from '../deps.ts';
import type { Payment } from '../payment.ts';

export function onInventoryReserved(
  deps: Deps,
  event: EventOf<typeof InventoryReserved>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  const decided = whenReserved(state, event.data.holdUntil, context.triedBefore);
  return carryOut(deps, event.subject, decided, context);
}

import type { EventOf, InventoryReserved } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut, type Result } from '../authorise.ts';
import { type Payment, whenReserved } from '../decide-payment.ts';
import type { Deps } from '../deps.ts';

export function onInventoryReserved(
  deps: Deps,
  event: EventOf<typeof InventoryReserved>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  return carryOut(deps, event.subject, whenReserved(state, context.triedBefore), context);
}

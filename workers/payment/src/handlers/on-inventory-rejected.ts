import type { EventOf, InventoryRejected } from '@orderflow/contracts';
import { ignore } from '@orderflow/runtime';
import type { Result } from '../authorise.ts';
import { type Payment, whenRejected } from '../decide-payment.ts';
import type { Deps } from '../deps.ts';

export function onInventoryRejected(_: Deps, __: EventOf<typeof InventoryRejected>, state: Payment | null): Result {
  const decided = whenRejected(state);
  return decided.next === 'become' ? { state: decided.state } : ignore(decided.why);
}

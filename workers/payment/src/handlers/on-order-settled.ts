import type { EventOf, OrderSettled } from '@orderflow/contracts';
import { type Decision, ignore } from '@orderflow/runtime';
import { decideOnSettled, type PaymentRecord } from '../decide-vouching.ts';
import type { Deps, PaymentFact } from '../deps.ts';

const ABOUT_MONEY: ReadonlySet<string> = new Set(['unpaid', 'dispute', 'review']);

/** Staff accept the money as it is: what is there secures the order. */
export function onOrderSettled(
  _deps: Deps,
  { data: { kind } }: EventOf<typeof OrderSettled>,
  state: PaymentRecord | null,
): Decision<PaymentRecord, PaymentFact> {
  return ABOUT_MONEY.has(kind) ? decideOnSettled(state) : ignore('it is not about the money');
}

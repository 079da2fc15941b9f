import type { EventOf, OrderRejected } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Deps, Result } from '../deps.ts';
import { end } from '../end.ts';
import type { Payment } from '../payment.ts';

export function onOrderRejected(
  deps: Deps,
  { subject: orderId, data: { reason } }: EventOf<typeof OrderRejected>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  return end(deps, { orderId, reason, unheld: true }, state, context);
}

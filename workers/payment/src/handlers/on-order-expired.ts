import type { EventOf, OrderExpired } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Deps, Result } from '../deps.ts';
import { end } from '../end.ts';
import type { Payment } from '../payment.ts';

export function onOrderExpired(
  deps: Deps,
  { subject: orderId, data: { reason } }: EventOf<typeof OrderExpired>,
  state: Payment | null,
  context: HandlerContext,
): Promise<Result> {
  return end(deps, { orderId, reason, unpaid: true }, state, context);
}

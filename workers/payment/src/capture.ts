import type { HandlerContext } from '@orderflow/runtime';
import type { Deps, Result } from './deps.ts';
import { follow } from './follow.ts';
import type { Payment } from './payment.ts';

/** Collects the whole amount, because a parcel left or before the authorisation lapses. */
export async function capture(
  deps: Deps,
  orderId: string,
  state: Extract<Payment, { status: 'authorized' }>,
  because: 'dispatched' | 'lapsing',
  context: HandlerContext,
): Promise<Result> {
  const truth = await deps.cards.capture({ orderId, intentId: state.intentId });
  return follow(deps, orderId, state, truth, { to: 'capture', because }, context);
}

import type { EventOf, PaymentSecured } from '@orderflow/contracts';
import type { Decision, HandlerContext } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';
import type { Said } from '../facts.ts';
import { hearWord } from '../hear-word.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Ships what waited for it; also what was stopped before. */
export function onPaymentSecured(
  deps: Deps,
  { subject, data: { version } }: EventOf<typeof PaymentSecured>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  return hearWord(deps, subject, { status: 'secured', version }, state, context);
}

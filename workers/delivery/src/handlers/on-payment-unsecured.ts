import type { EventOf, PaymentUnsecured } from '@orderflow/contracts';
import type { Decision, HandlerContext } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';
import type { Said } from '../facts.ts';
import { hearWord } from '../hear-word.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Nothing leaves, whoever confirmed the order; staff are asked by order-process. */
export function onPaymentUnsecured(
  deps: Deps,
  { subject, data: { version } }: EventOf<typeof PaymentUnsecured>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  return hearWord(deps, subject, { status: 'unsecured', version }, state, context);
}

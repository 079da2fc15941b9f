import type { EventOf, PaymentUnsecured } from '@orderflow/contracts';
import type { HandlerContext, Outcome } from '@orderflow/runtime';
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
): Promise<Outcome<OrderShipments, Said>> {
  return hearWord(deps, subject, { status: 'unsecured', version }, state, context);
}

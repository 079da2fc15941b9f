import type { EventOf, PaymentUnsecured } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../carry-out.ts';
import { decideOnPayment } from '../decide-payment.ts';
import type { Deps } from '../deps.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Nothing leaves, whoever confirmed the order; staff are asked by order-process. */
export const onPaymentUnsecured = (
  deps: Deps,
  { subject: orderId, data: { version } }: EventOf<typeof PaymentUnsecured>,
  state: OrderShipments | null,
  context: HandlerContext,
) => {
  const payment = { status: 'unsecured', version } as const;
  return carryOut(deps, orderId, decideOnPayment(state, payment, context.triedBefore), context);
};

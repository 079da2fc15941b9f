import type { EventOf, PaymentSecured } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../carry-out.ts';
import { decideOnPayment } from '../decide-payment.ts';
import type { Deps } from '../deps.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Ships what waited for it; also what was stopped before. */
export const onPaymentSecured = (
  deps: Deps,
  { subject: orderId, data: { version } }: EventOf<typeof PaymentSecured>,
  state: OrderShipments | null,
  context: HandlerContext,
) => {
  const payment = { status: 'secured', version } as const;
  return carryOut(deps, orderId, decideOnPayment(state, payment, context.triedBefore), context);
};

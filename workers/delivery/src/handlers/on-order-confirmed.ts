import type { EventOf, OrderConfirmed } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../carry-out.ts';
import { decideOnConfirmed } from '../decide-shipping.ts';
import type { Deps } from '../deps.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Orders the shipments from the carrier, if payment has secured the order; else payment.secured does. */
export const onOrderConfirmed = (
  deps: Deps,
  { subject: orderId, data }: EventOf<typeof OrderConfirmed>,
  state: OrderShipments | null,
  context: HandlerContext,
) => carryOut(deps, orderId, decideOnConfirmed(state, data, context.triedBefore), context);

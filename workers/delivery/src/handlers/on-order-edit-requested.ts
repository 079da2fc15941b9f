import type { EventOf, OrderEditRequested } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../carry-out.ts';
import { decideOnEditRequested } from '../decide-edit.ts';
import type { Deps } from '../deps.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Takes out of parcels what has not left, or redirects them; or says that it is too late. */
export const onOrderEditRequested = (
  deps: Deps,
  { subject: orderId, time, data }: EventOf<typeof OrderEditRequested>,
  state: OrderShipments | null,
  context: HandlerContext,
) => carryOut(deps, orderId, decideOnEditRequested(state, { time, ...data }), context);

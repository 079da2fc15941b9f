import type { EventOf, ShipmentDispatched } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { decideOnDispatched } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import { withStockMoved } from '../move-stock.ts';
import type { Reservation } from '../reservation.ts';

/** Takes the parcel's held stock out of its warehouse's count. */
export const onShipmentDispatched = (
  deps: Deps,
  { subject: orderId, data: { parcelId } }: EventOf<typeof ShipmentDispatched>,
  state: Reservation | null,
  context: HandlerContext,
) => withStockMoved(deps, orderId, decideOnDispatched(state, parcelId), context);

import type { EventOf, ShipmentDispatched } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { unheardEdit } from '../decide-edit.ts';
import { decideOnDispatched } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import { withStockMoved } from '../move-stock.ts';
import type { Reservation } from '../reservation.ts';

/** Takes the parcel's held stock out of its warehouse's count. */
export const onShipmentDispatched = (
  deps: Deps,
  { subject: orderId, data }: EventOf<typeof ShipmentDispatched>,
  state: Reservation | null,
  context: HandlerContext,
) => withStockMoved(deps, orderId, unheardEdit(state, data) ?? decideOnDispatched(state, data.parcelId), context);

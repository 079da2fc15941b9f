import type { EventOf, OrderEdited } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { decideOnEdited } from '../decide-edit.ts';
import type { Deps } from '../deps.ts';
import { withStockMoved } from '../move-stock.ts';
import type { Reservation } from '../reservation.ts';

/** Gives back to the stock what was taken out of the order. */
export const onOrderEdited = (
  deps: Deps,
  { subject: orderId, data }: EventOf<typeof OrderEdited>,
  state: Reservation | null,
  context: HandlerContext,
) => withStockMoved(deps, orderId, decideOnEdited(state, data), context);

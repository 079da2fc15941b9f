import type { EventOf, OrderCancelled } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { decideOnEnded } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import { withStockMoved } from '../move-stock.ts';
import type { Reservation } from '../reservation.ts';

/** Releases the stock; before the order was placed here, leaves a tombstone so that it is never held. */
export const onOrderCancelled = (
  deps: Deps,
  { subject: orderId, data: { reason, left } }: EventOf<typeof OrderCancelled>,
  state: Reservation | null,
  context: HandlerContext,
) => withStockMoved(deps, orderId, decideOnEnded(state, reason, left), context);

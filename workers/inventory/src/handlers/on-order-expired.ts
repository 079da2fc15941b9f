import type { EventOf, OrderExpired } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { decideOnEnded } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import { withStockMoved } from '../move-stock.ts';
import type { Reservation } from '../reservation.ts';

/** Releases the stock. Nothing is released by the clock alone: only payment can ask whether money is under way. */
export const onOrderExpired = (
  deps: Deps,
  event: EventOf<typeof OrderExpired>,
  state: Reservation | null,
  context: HandlerContext,
) => withStockMoved(deps, event.subject, decideOnEnded(state, event.data.reason), context);

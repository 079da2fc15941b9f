import type { EventOf, OrderExpired } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';
import { releaseStock } from '../release-stock.ts';
import type { Reservation } from '../reservation.ts';

/** Gives the stock back. Nothing is given back by the clock alone: only payment can ask whether money is under way. */
export const onOrderExpired = (
  deps: Deps,
  event: EventOf<typeof OrderExpired>,
  state: Reservation | null,
  context: HandlerContext,
) => releaseStock(deps, { orderId: event.subject, reason: event.data.reason }, state, context);

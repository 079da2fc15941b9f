import type { EventOf, OrderCancelRequested } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import { decideOnEnded } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import { withStockMoved } from '../move-stock.ts';
import type { Reservation } from '../reservation.ts';

/** Releases the stock of a pending order at once, or leaves a tombstone; of a confirmed one only after delivery's answer. */
export const onOrderCancelRequested = (
  deps: Deps,
  event: EventOf<typeof OrderCancelRequested>,
  state: Reservation | null,
  context: HandlerContext,
) => {
  const { stage, reason } = event.data;
  if (stage === 'confirmed') return ignore('delivery answers first: the goods may be with the carrier');
  return withStockMoved(deps, event.subject, decideOnEnded(state, reason), context);
};

import type { EventOf, OrderCancelRequested } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';
import { releaseStock } from '../release-stock.ts';
import type { Reservation } from '../reservation.ts';

/** Gives the stock of a pending order back at once, or leaves a tombstone; of a confirmed one only after delivery's answer. */
export const onOrderCancelRequested = (
  deps: Deps,
  event: EventOf<typeof OrderCancelRequested>,
  state: Reservation | null,
  context: HandlerContext,
) => {
  const { stage, reason } = event.data;
  if (stage === 'confirmed') return ignore('delivery answers first: the goods may be with the carrier');
  return releaseStock(deps, { orderId: event.subject, reason }, state, context);
};

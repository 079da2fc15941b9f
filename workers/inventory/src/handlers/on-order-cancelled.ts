import type { EventOf, OrderCancelled } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';
import { releaseStock } from '../release-stock.ts';
import type { Reservation } from '../reservation.ts';

/** Gives the stock back; before the order was placed here, leaves a tombstone so that it is never held. */
export const onOrderCancelled = (
  deps: Deps,
  { subject: orderId, data: { reason, left } }: EventOf<typeof OrderCancelled>,
  state: Reservation | null,
  context: HandlerContext,
) => releaseStock(deps, { orderId, reason, left }, state, context);

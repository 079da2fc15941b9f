import type { EventOf, PaymentDeclined } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import { decideOnEnded } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import { withStockMoved } from '../move-stock.ts';
import type { Reservation } from '../reservation.ts';

/** Releases the stock once no other card can save the order. */
export const onPaymentDeclined = (
  deps: Deps,
  event: EventOf<typeof PaymentDeclined>,
  state: Reservation | null,
  context: HandlerContext,
) => {
  const { final, code } = event.data;
  if (!final) return ignore('the customer may try another card');
  const reason = `payment declined: ${code}`.slice(0, 500);
  return withStockMoved(deps, event.subject, decideOnEnded(state, reason), context);
};

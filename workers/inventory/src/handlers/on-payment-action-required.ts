import type { EventOf, PaymentActionRequired } from '@orderflow/contracts';
import { ignore, NotYetError, type Outcome, type SaidBy } from '@orderflow/runtime';
import { decideOnActionRequired } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import type { Reservation } from '../reservation.ts';
import type { inventory } from '../worker.ts';

/** Makes the hold last until the customer has answered the bank, once for each order. */
export function onPaymentActionRequired(
  _deps: Deps,
  event: EventOf<typeof PaymentActionRequired>,
  state: Reservation | null,
): Outcome<Reservation, SaidBy<typeof inventory>> {
  const decision = decideOnActionRequired(state, new Date(event.data.deadline));
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      throw new NotYetError(decision.why);
    case 'extend':
      return { state: decision.reservation };
  }
}

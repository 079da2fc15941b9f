import type { EventOf, PaymentActionRequired } from '@orderflow/contracts';
import { change, type Decision, ignore, type SaidBy, wait } from '@orderflow/runtime';
import { decideOnActionRequired } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import type { Reservation } from '../reservation.ts';
import type { inventory } from '../worker.ts';

/** Makes the hold last until the customer has answered the bank, once for each order. */
export function onPaymentActionRequired(
  _deps: Deps,
  event: EventOf<typeof PaymentActionRequired>,
  state: Reservation | null,
): Decision<Reservation, SaidBy<typeof inventory>> {
  const decision = decideOnActionRequired(state, new Date(event.data.deadline));
  switch (decision.kind) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      return wait(decision.why);
    case 'extend':
      return change(decision.reservation);
  }
}

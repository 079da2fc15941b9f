import type { EventOf, PaymentActionRequired } from '@orderflow/contracts';
import { decideOnActionRequired } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import type { Reservation } from '../reservation.ts';

/** Makes the hold last until the customer has answered the bank, once for each order. */
export const onPaymentActionRequired = (
  _deps: Deps,
  event: EventOf<typeof PaymentActionRequired>,
  state: Reservation | null,
) => decideOnActionRequired(state, new Date(event.data.deadline));

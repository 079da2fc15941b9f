import { scrubbed } from '@orderflow/contracts';
import type { Reservation } from './reservation.ts';

/** Pure: goods are nobody's data; what people wrote about them may be. */
export const eraseReservation = (reservation: Reservation): Reservation => scrubbed(reservation);

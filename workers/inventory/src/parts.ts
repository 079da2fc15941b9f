import { erasing, type WorkerParts } from '@orderflow/runtime';
import type { Connection } from 'mongoose';
import type { Deps } from './deps.ts';
import { eraseReservation } from './erase-reservation.ts';
import { handlers } from './handlers/index.ts';
import { onDeadlinePassed } from './handlers/on-deadline-passed.ts';
import { releaseDeadHolds } from './holding.ts';
import type { Reservation } from './reservation.ts';
import { reservationAggregates } from './reservation-store.ts';
import type { Stock } from './stock-store.ts';
import { inventory } from './worker.ts';

/**
 * What the worker runs with.
 * @param holdSeconds how long an order may hold stock without being paid
 * @param parcelRetrySeconds after so long at the earliest a parcel that no warehouse can send is tried again
 * @param parcelGiveUpSeconds after so long it is given up; 0: at once
 */
export function inventoryParts(
  database: Connection,
  {
    stock,
    holdSeconds,
    parcelRetrySeconds = 900,
    parcelGiveUpSeconds = 86_400,
  }: { stock: Stock; holdSeconds: number; parcelRetrySeconds?: number; parcelGiveUpSeconds?: number },
): WorkerParts<typeof inventory, Deps, Reservation> {
  const patience = { retryMs: parcelRetrySeconds * 1_000, giveUpMs: parcelGiveUpSeconds * 1_000 };
  const { aggregates, erase } = erasing(reservationAggregates(database), {
    says: inventory.says,
    erased: eraseReservation,
  });
  return {
    deps: { stock, holdSeconds, patience, erase },
    aggregates,
    handlers,
    // A handler whose delivery the broker took back may still have been running, and have held what no parcel accounts for.
    onRepeated: ({ stock }, orderId, { state }) => releaseDeadHolds(stock, orderId, state),
    onDeadline: onDeadlinePassed,
  };
}

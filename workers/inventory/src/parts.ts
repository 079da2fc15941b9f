import type { WorkerParts } from '@orderflow/runtime';
import type { Connection } from 'mongoose';
import type { Deps } from './deps.ts';
import { handlers } from './handlers/index.ts';
import type { Reservation } from './reservation.ts';
import { reservationStore } from './reservation-store.ts';
import type { Stock } from './stock-store.ts';
import type { inventory } from './worker.ts';

/**
 * What the worker runs with.
 * @param holdSeconds how long an order may hold stock without being paid
 */
export function inventoryParts(
  database: Connection,
  { stock, holdSeconds }: { stock: Stock; holdSeconds: number },
): WorkerParts<typeof inventory, Deps, Reservation> {
  const { aggregates, claims } = reservationStore(database, stock);
  return { deps: { stock, claims, holdSeconds }, aggregates, handlers };
}

import type { Reservation, ReservedParcel } from './reservation.ts';
import { deadHolds, holdsOf } from './reservation.ts';
import type { Stock } from './stock-store.ts';

/**
 * Holds all that these parcels need; false: somebody was faster with some of it. What it held until then stays held,
 * for the next choice or to be released. Taken in one order (by SKU, then warehouse), so that two orders never sit
 * on half of what the other needs.
 */
export async function holdAll(
  stock: Stock,
  orderId: string,
  parcels: readonly ReservedParcel[],
  signal: AbortSignal,
): Promise<boolean> {
  const key = ({ sku, warehouse }: { sku: string; warehouse: string }) => `${sku}@${warehouse}`;
  const holds = parcels.flatMap(holdsOf).toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  for (const hold of holds) {
    signal.throwIfAborted();
    if (!(await stock.hold(orderId, hold))) return false;
  }
  return true;
}

/**
 * Releases all that the order holds and none of its live parcels accounts for: of parcels that were released, and of
 * handlers that crashed or were overtaken. A dead hold stays dead, so this is right at any time, for any state that
 * the reservation has or had.
 */
export async function releaseDeadHolds(
  stock: Stock,
  orderId: string,
  state: Reservation,
  { skus = skusOf(state), signal }: { skus?: readonly string[] | undefined; signal?: AbortSignal } = {},
): Promise<void> {
  for (const hold of deadHolds(state, await stock.holdsOf(orderId, skus))) {
    signal?.throwIfAborted();
    await stock.release(orderId, hold);
  }
}

/** Undefined: a tombstone has no lines, so all SKUs are searched. */
const skusOf = ({ lines }: Reservation): string[] | undefined =>
  lines.length > 0 ? lines.map(({ sku }) => sku) : undefined;

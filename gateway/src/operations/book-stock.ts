import { setTimeout as pause } from 'node:timers/promises';
import { type MovementOutput, type StockMovement, StockMovementRequested } from '@orderflow/contracts';
import type { Outbox } from '@orderflow/runtime';
import type { CatalogueStore } from '../catalogue/catalogue-store.ts';
import type { StockBoard } from '../catalogue/stock-board.ts';
import { awaitRelay } from '../platform/await-relay.ts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { type Booking, type BookingStore, hashOf } from './booking-store.ts';

export interface BookStockDeps {
  readonly bookings: BookingStore;
  readonly bookingOutbox: Outbox;
  readonly catalogue: Pick<CatalogueStore, 'exists'>;
  readonly stockBoard: StockBoard;
  readonly region: string;
  readonly storeIsUp: () => boolean;
  readonly now: () => Date;
}

/** Inventory answers within a moment; nobody waits longer for it. */
const ANSWER_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 75;

/**
 * Books a movement of stock: inventory does it, and says what became of it. The same key again is the same movement.
 * @throws UNKNOWN_SKU, UNKNOWN_WAREHOUSE, IDEMPOTENCY_MISMATCH, STORE_UNAVAILABLE
 */
export async function bookStock(
  deps: BookStockDeps,
  movement: StockMovement,
  traceparent: string | undefined,
): Promise<MovementOutput> {
  requireStore(deps);
  const { movementId, sku } = movement;
  const hash = hashOf(movement);
  const known = await deps.bookings.find(movementId);
  if (!known) {
    await requireKnown(deps, movement);
    const now = deps.now();
    const booking: Booking = { sku, hash, at: now.toISOString(), status: 'requested', data: { ...movement } };
    const fact = StockMovementRequested.of(movement, sku);
    const events = await deps.bookings.book(movementId, booking, fact, { now, region: deps.region, traceparent });
    if (events) await awaitRelay(deps.bookingOutbox.relay(movementId, events));
  }
  const booked = await answered(deps.bookings, movementId);
  if (booked.hash !== hash) {
    throw new DomainError('IDEMPOTENCY_MISMATCH', 'The key has been used for something else', {
      field: 'idempotencyKey',
    });
  }
  const { status, at, available } = booked;
  return { ...movement, status, at, ...(available === undefined ? {} : { available }) };
}

async function answered(bookings: BookingStore, id: string): Promise<Booking> {
  for (const until = Date.now() + ANSWER_WITHIN_MS; ; await pause(LOOK_EVERY_MS)) {
    const booked = await bookings.find(id);
    if (!booked) throw new Error(`The booking ${id} is gone`);
    if (booked.status !== 'requested' || Date.now() >= until) return booked;
  }
}

async function requireKnown({ catalogue, stockBoard }: BookStockDeps, { sku, warehouse, to }: StockMovement) {
  if (!(await catalogue.exists(sku))) throw new DomainError('UNKNOWN_SKU', `There is no ${sku}`, { field: 'sku' });
  const known = await stockBoard.warehouses();
  const fields = [['warehouse', warehouse], ...(to === undefined ? [] : [['to', to]])] as [string, string][];
  for (const [field, name] of fields) {
    if (known.length > 0 && !known.includes(name)) {
      throw new DomainError('UNKNOWN_WAREHOUSE', `There is no warehouse ${name}, only ${known.join(', ')}`, { field });
    }
  }
}

import { type EventOf, ProductChanged } from '@orderflow/contracts';
import type { Outbox } from '@orderflow/runtime';
import type { CatalogueCache } from '../catalogue/catalogue-cache.ts';
import type { ManagedProduct, ProductChanges } from '../catalogue/product-changes.ts';
import { awaitRelay } from '../platform/await-relay.ts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { CONFLICT, retryOnConflict } from '../platform/retry-on-conflict.ts';
import { type BookingStore, hashOf } from './booking-store.ts';

type Changed = EventOf<typeof ProductChanged>['data'];

export interface ChangeProductDeps {
  readonly bookings: BookingStore;
  readonly bookingOutbox: Outbox;
  readonly productChanges: ProductChanges;
  readonly products: Pick<CatalogueCache, 'changed'>;
  readonly region: string;
  readonly storeIsUp: () => boolean;
  readonly now: () => Date;
}

export interface ProductCommand {
  readonly changeId: string;
  readonly sku: string;
  readonly change: Changed['change'];
  readonly reason: string;
  readonly by: string;
  /** What was asked for, for telling whether the same key asks for the same again. */
  readonly input: unknown;
}

const MAX_TRIES = 10;

/**
 * Changes a product: the change is stored with its fact, and then put into the catalogue, here and by whoever hears of it.
 * @param decide pure; the product as it is to be. @throws what it throws, IDEMPOTENCY_MISMATCH, CONFLICT, STORE_UNAVAILABLE
 */
export async function changeProduct(
  deps: ChangeProductDeps,
  { changeId, sku, change, reason, by, input }: ProductCommand,
  decide: (before: ManagedProduct | null) => Omit<ManagedProduct, 'version'>,
): Promise<ManagedProduct> {
  requireStore(deps);
  const { bookings, productChanges, now, region } = deps;
  const hash = hashOf([change, input]);
  const done = await retryOnConflict(MAX_TRIES, async () => {
    const known = await bookings.find(changeId);
    if (known && known.hash !== hash) {
      throw new DomainError('IDEMPOTENCY_MISMATCH', 'The key has been used for something else', {
        field: 'idempotencyKey',
      });
    }
    if (known) return known.data as unknown as Changed;
    const before = await productChanges.find(sku);
    const { archived, sku: _, ...product } = decide(before);
    const version = (before?.version ?? 0) + 1;
    const data: Changed = { changeId, version, change, sku, product, archived, reason, by };
    const at = now();
    const events = await bookings.book(
      changeId,
      { sku, hash, at: at.toISOString(), status: 'done', data: { ...data }, takes: `${sku}:${version}` },
      ProductChanged.of(data, sku),
      { now: at, region },
    );
    if (!events) {
      await catchUp(deps, sku, version);
      return CONFLICT;
    }
    await awaitRelay(deps.bookingOutbox.relay(changeId, events));
    return data;
  });
  if (done === CONFLICT) throw new DomainError('CONFLICT', 'The product changes too fast; try again', { field: 'sku' });
  await productChanges.apply(done);
  await deps.products.changed();
  const { product, archived, version } = done;
  return { sku, ...product, archived, version };
}

/** Whoever took this version may have stopped before it was in the catalogue. */
async function catchUp({ bookings, productChanges }: ChangeProductDeps, sku: string, version: number): Promise<void> {
  const taken = await bookings.taking(`${sku}:${version}`);
  if (taken) await productChanges.apply(taken.data as unknown as Changed);
}

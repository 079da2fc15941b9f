import { setTimeout as delay } from 'node:timers/promises';
import type { CatalogueProduct, Locale } from '@orderflow/contracts';
import type { CatalogueStore } from './catalogue-store.ts';
import { createProductIndex, type ProductIndex } from './product-index.ts';

/** The catalogue in memory. */
export interface CatalogueCopy {
  /** In the order in which they came into the catalogue, as far as it is known. */
  readonly products: readonly CatalogueProduct[];
  readonly unreadable: readonly string[];
  readonly index: ProductIndex;
  /** What each product costs with tax of this rate, in minor units. */
  readonly grossOf: (taxBasisPoints: number) => readonly number[];
  /** Each product's place by name. */
  readonly placeByName: (locale: Locale) => readonly number[];
}

export interface CatalogueSearchDeps {
  readonly catalogue: Pick<CatalogueStore, 'all'>;
  /** Another one: the catalogue has changed. Undefined: nobody knows. */
  readonly generation: () => Promise<string | undefined>;
  readonly now?: () => number;
}

/** So many products are read at once: other calls go on in between. */
const BATCH = 100;
/** How long a search waits for a newer copy before it takes the one that is there. */
const PATIENCE_MS = 10;
/** While nobody knows whether the catalogue has changed, and at most. */
const MAX_AGE_MS = 15_000;
/** Reading it anew takes this part of the time, at most. */
const SHARE = 10;

export type CatalogueSearch = ReturnType<typeof createCatalogueSearch>;

/** Keeps a copy of the catalogue with its full text, read anew when the catalogue has changed. */
export function createCatalogueSearch({ catalogue, generation, now = () => performance.now() }: CatalogueSearchDeps) {
  const index = createProductIndex();
  let copy: CatalogueCopy | undefined;
  let read = { generation: undefined as string | undefined, at: Number.NEGATIVE_INFINITY, ms: 0 };
  let reading: Promise<void> | undefined;

  const load = async (seen: string | undefined): Promise<void> => {
    const startedAt = now();
    const products: CatalogueProduct[] = [];
    const unreadable: string[] = [];
    for await (const batch of catalogue.all(BATCH)) {
      for (const product of batch.read) index.put(product);
      products.push(...batch.read);
      unreadable.push(...batch.unreadable.map(({ id }) => id));
    }
    const here = new Set(products.map(({ sku }) => sku));
    for (const { sku } of copy?.products ?? []) if (!here.has(sku)) index.drop(sku);
    copy = {
      products,
      unreadable,
      index,
      grossOf: once((rate) => products.map(({ price }) => grossAmount(price.amount, rate))),
      placeByName: once((locale) => placesByName(products, locale)),
    };
    read = { generation: seen, at: now(), ms: now() - startedAt };
  };

  const isFresh = (seen: string | undefined): boolean => {
    const age = now() - read.at;
    if (age > MAX_AGE_MS) return false;
    return (seen !== undefined && seen === read.generation) || age < read.ms * SHARE;
  };

  return {
    /** The catalogue as it is now, or, if reading it takes longer, as it was a moment ago. */
    async copy(): Promise<CatalogueCopy> {
      const seen = await generation();
      if (!isFresh(seen)) {
        reading ??= load(seen).finally(() => {
          reading = undefined;
        });
        reading.catch(() => {});
        await (copy ? Promise.race([reading.catch(() => {}), delay(PATIENCE_MS)]) : reading);
      }
      return copy as CatalogueCopy;
    },
  };
}

/** What one costs with tax, as `unitPricesOf` rounds it; whole numbers, since it is asked of every product. */
const grossAmount = (net: number, taxBasisPoints: number): number =>
  net + Math.floor((net * taxBasisPoints + 5_000) / 10_000);

function placesByName(products: readonly CatalogueProduct[], locale: Locale): number[] {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const sorted = products.map(({ name, sku }, index) => ({ name, sku, index }));
  sorted.sort((a, b) => compare(a.name, b.name) || (a.sku < b.sku ? -1 : 1));
  const places: number[] = [];
  for (const [place, { index }] of sorted.entries()) places[index] = place;
  return places;
}

function once<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}

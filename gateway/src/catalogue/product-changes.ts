import type { CatalogueProduct, EventOf, ProductChanged } from '@orderflow/contracts';
import type { Connection } from 'mongoose';

type Changed = EventOf<typeof ProductChanged>['data'];

/** A product as staff see it. */
export interface ManagedProduct extends Omit<CatalogueProduct, 'available'> {
  readonly archived: boolean;
  /** 0: as it was seeded. */
  readonly version: number;
}

interface StoredProduct extends Omit<CatalogueProduct, 'available' | 'sku'> {
  _id: string;
  archived?: boolean;
  version?: number;
  /** What was in stock when it was seeded. */
  stock?: number;
}

export type ProductChanges = ReturnType<typeof createProductChanges>;

/** What staff change in the catalogue. A change is the whole product with a version; a higher one supersedes a lower one. */
export function createProductChanges(database: Connection) {
  const products = () => database.collection<StoredProduct>('products');
  return {
    async find(sku: string): Promise<ManagedProduct | null> {
      const found = await products().findOne({ _id: sku });
      if (!found) return null;
      const { _id, stock: _, archived = false, version = 0, ...product } = found;
      return { sku: _id, ...product, archived, version };
    },

    /** Puts a change into the catalogue unless something newer is there. Whoever hears of it may do so, any number of times. */
    async apply({ sku, version, product, archived }: Pick<Changed, 'sku' | 'version' | 'product' | 'archived'>) {
      const older = { _id: sku, $or: [{ version: { $exists: false } }, { version: { $lt: version } }] };
      const next = { ...product, version, archived };
      const { matchedCount } = await products().updateOne(older as never, { $set: next });
      if (matchedCount > 0) return;
      await products()
        .insertOne({ _id: sku, ...next, stock: 0 })
        .catch((error: { code?: number }) => {
          // It is there, and as new.
          if (error.code !== 11_000) throw error;
        });
    },
  };
}

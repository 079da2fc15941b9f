import { type StockLevel, stockLevelSchema } from '@orderflow/contracts';
import type { Connection } from 'mongoose';
import { readEach } from '../platform/readable.ts';

export type StockBoard = ReturnType<typeof createStockBoard>;

/** The stock as inventory last said it, for staff: the same documents that the catalogue's availability comes from. */
export function createStockBoard(database: Connection) {
  const stock = () => database.collection<{ _id: string; warehouses?: StockLevel['warehouses'] }>('stock');
  const read = (found: object[]): StockLevel[] =>
    readEach(
      found.map((one) => withSku(one as { _id: string })),
      stockLevelSchema,
      'sku',
    ).read;

  return {
    async page({
      warehouse,
      cursor,
      limit,
    }: {
      warehouse?: string | undefined;
      cursor?: string | undefined;
      limit: number;
    }) {
      const filter = {
        ...(warehouse === undefined ? {} : { 'warehouses.warehouse': warehouse }),
        ...(cursor === undefined ? {} : { _id: { $gt: cursor } }),
      };
      const found = await stock()
        .find(filter as never)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .toArray();
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return { levels: read(page), ...(last ? { nextCursor: last._id } : {}) };
    },

    async bySku(sku: string): Promise<StockLevel | null> {
      const found = await stock().findOne({ _id: sku });
      return found ? (read([found])[0] ?? null) : null;
    },

    /** Every warehouse that has, or had, any SKU. */
    async warehouses(): Promise<string[]> {
      const found = await stock()
        .find({}, { projection: { warehouses: 1 } })
        .toArray();
      return [...new Set(found.flatMap(({ warehouses = [] }) => warehouses.map(({ warehouse }) => warehouse)))].sort();
    },
  };
}

/** What versions before stored knows no more than what is available. */
const withSku = ({ _id: sku, ...level }: { _id: string; available?: number }) => ({
  ...{ sku, onHand: level.available ?? 0, held: 0, warehouses: [] },
  ...level,
});

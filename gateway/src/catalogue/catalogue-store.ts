import { readFile } from 'node:fs/promises';
import {
  type CatalogueProduct,
  catalogueProductSchema,
  type StockLevel,
  skuSchema,
  warehouseSchema,
} from '@orderflow/contracts';
import { batched, batchesOf, ConfigError, errorMessage } from '@orderflow/runtime';
import { type Connection, mongo, Schema } from 'mongoose';
import { z } from 'zod';
import { readEach, type Unreadable } from '../platform/readable.ts';
import { SHOP_CURRENCY } from './rates.ts';

/** A product of the seed file. Inventory reads `sku` and `stock` from the same file. */
const seedProductSchema = catalogueProductSchema.omit({ available: true }).extend({
  price: catalogueProductSchema.shape.price.refine(
    (price) => price.currency === SHOP_CURRENCY,
    `must be in ${SHOP_CURRENCY}`,
  ),
  // By warehouse, or all in one; what a shopper can have is the sum.
  stock: z
    .union([z.int().nonnegative(), z.record(warehouseSchema, z.int().nonnegative())], {
      error: 'must be a whole number, or whole numbers by warehouse',
    })
    .transform((stock) => (typeof stock === 'number' ? stock : Object.values(stock).reduce((sum, n) => sum + n, 0))),
});
const seedSchema = z.array(seedProductSchema).min(1);
export type SeedProduct = z.infer<typeof seedProductSchema>;

/** @throws ConfigError naming CATALOGUE_SEED, the file and the first thing wrong with it */
export async function readSeed(path: string): Promise<SeedProduct[]> {
  const wrong = (what: string) =>
    new ConfigError(`CATALOGUE_SEED is ${JSON.stringify(path)}; it must be a JSON file of products: ${what}`);
  const products = await readFile(path, 'utf8')
    .then((text) => JSON.parse(text) as unknown)
    .catch((error: unknown) => {
      throw wrong(errorMessage(error));
    });
  const result = seedSchema.safeParse(products);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw wrong(`${issue?.path.join('.')} ${issue?.message}`);
}

const pricedSchema = catalogueProductSchema.pick({ sku: true, name: true, price: true });

interface ProductDocument extends Omit<SeedProduct, 'sku'> {
  _id: string;
  /** It is not for sale and not shown. */
  archived?: boolean;
  version?: number;
}

/** The fields of what is read for each order. */
const PRICED = ['name', 'price', 'archived'];
const AVAILABLE = ['available'];
const SEEDED = ['stock'];

const FOR_SALE = { archived: { $ne: true } } as const;

/** What is available of a SKU, as inventory last said; kept apart since the fact may come before the product. */
interface StockDocument {
  _id: string;
  available: number;
  version: number;
  onHand?: number;
  held?: number;
  warehouses?: StockLevel['warehouses'];
}

/** What an unordered batch did beside meeting documents that are there already. @throws any other error */
function unlessDuplicates(error: unknown): mongo.BulkWriteResult {
  if (error instanceof mongo.MongoBulkWriteError) {
    const { result, writeErrors } = error;
    const refused = [writeErrors].flat();
    const isAll = refused.length > 0 && refused.every(({ code }) => code === 11_000);
    if (isAll && !result.getWriteConcernError()) return result;
  }
  throw error;
}

async function eachOf<T>(skus: readonly string[], read: (sku: string) => Promise<T | null>): Promise<T[]> {
  const found = await Promise.all([...new Set(skus)].map(read));
  return found.filter((one) => one !== null);
}

type Level = Pick<StockDocument, 'onHand' | 'held' | 'warehouses'>;

export type CatalogueStore = ReturnType<typeof createCatalogueStore>;

/** @param notice called for each product that is stored and cannot be read; nobody is shown it, and nobody can order it */
export function createCatalogueStore(database: Connection, notice: (unreadable: Unreadable) => void = () => {}) {
  const { Mixed } = Schema.Types;
  const text = { type: String, required: true } as const;
  const number = { type: Number, required: true } as const;
  const options = { strict: 'throw', versionKey: false } as const;
  const products = database.model(
    'products',
    new Schema<ProductDocument>(
      {
        _id: text,
        name: text,
        description: text,
        category: text,
        image: text,
        price: { type: Mixed, required: true },
        stock: number,
        addedAt: String,
        archived: Boolean,
        version: Number,
      },
      { ...options, collection: 'products' },
    ).index({ category: 1, _id: 1 }),
  );
  const stock = database.model(
    'stock',
    new Schema<StockDocument>(
      { _id: text, available: number, version: number, onHand: Number, held: Number, warehouses: { type: Mixed } },
      { ...options, collection: 'stock' },
    ),
  );

  const productReads = batchesOf<ProductDocument>(products);
  const stockReads = batchesOf<StockDocument>(stock);

  const keepLevel = batched<StockDocument, undefined>(database, async (levels) => {
    const newest = new Map<string, StockDocument>();
    for (const level of levels)
      if ((newest.get(level._id)?.version ?? -1) < level.version) newest.set(level._id, level);
    const writes = [...newest.values()].map(({ _id, ...level }) => ({
      updateOne: { filter: { _id, version: { $lt: level.version } }, update: { $set: level }, upsert: true },
    }));
    // Where the version there is as high the filter misses, and the upsert meets the document itself.
    await stock.collection.bulkWrite(writes as never, { ordered: false }).catch(unlessDuplicates);
    return levels.map(() => undefined);
  });

  const readable = async (found: ProductDocument[]) => {
    const known = await stock.find({ _id: { $in: found.map(({ _id }) => _id) } }).lean<StockDocument[]>();
    const available = new Map(known.map((entry) => [entry._id, entry.available]));
    const shown = found.map(({ _id, stock: seeded, archived: _, version: __, ...product }) => ({
      sku: _id,
      ...product,
      available: available.get(_id) ?? seeded,
    }));
    return readEach(shown, catalogueProductSchema, 'sku');
  };

  const withAvailability = async (found: ProductDocument[]) => {
    const { read, unreadable } = await readable(found);
    unreadable.forEach(notice);
    return { products: read, unreadable: unreadable.map(({ id }) => id) };
  };

  return {
    /** By SKU. */
    async page({
      category,
      cursor,
      limit,
    }: {
      category?: string | undefined;
      cursor?: string | undefined;
      limit: number;
    }) {
      const filter = {
        ...FOR_SALE,
        ...(category === undefined ? {} : { category }),
        ...(cursor === undefined ? {} : { _id: { $gt: cursor } }),
      };
      const found = await products
        .find(filter)
        .sort({ _id: 1 })
        .limit(limit + 1)
        .lean<ProductDocument[]>();
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return { ...(await withAvailability(page)), ...(last ? { nextCursor: last._id } : {}) };
    },

    async bySku(sku: string): Promise<CatalogueProduct | null> {
      const found = await products.findOne({ _id: sku, ...FOR_SALE }).lean<ProductDocument>();
      return found ? ((await withAvailability([found])).products[0] ?? null) : null;
    },

    async bySkus(skus: readonly string[]): Promise<Map<string, CatalogueProduct>> {
      const found = await products.find({ _id: { $in: [...new Set(skus)] }, ...FOR_SALE }).lean<ProductDocument[]>();
      const { products: all } = await withAvailability(found);
      return new Map(all.map((product) => [product.sku, product]));
    },

    /** The whole catalogue, so many at a time, by SKU. What cannot be read is named, and not noticed again. */
    async *all(size: number): AsyncGenerator<Awaited<ReturnType<typeof readable>>> {
      let after = '';
      for (;;) {
        const found = await products
          .find({ ...FOR_SALE, _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(size)
          .lean<ProductDocument[]>();
        if (found.length > 0) yield await readable(found);
        after = found.at(-1)?._id ?? '';
        if (found.length < size) return;
      }
    },

    async priced(skus: readonly string[]): Promise<Map<string, Pick<CatalogueProduct, 'name' | 'price'>>> {
      const found = await eachOf(skus, (sku) => productReads.find(sku, PRICED));
      const priced = found.flatMap(({ _id: sku, name, price, archived }) => (archived ? [] : [{ sku, name, price }]));
      const { read, unreadable } = readEach(priced, pricedSchema, 'sku');
      unreadable.forEach(notice);
      return new Map(read.map(({ sku, name, price }) => [sku, { name, price }]));
    },

    /** Also one that is archived. */
    exists: async (sku: string): Promise<boolean> => (await products.exists({ _id: sku })) !== null,

    /** What is available of each of these SKUs, as far as anything is known of them. */
    async available(skus: readonly string[]): Promise<Map<string, number>> {
      const levels = await eachOf(skus, (sku) => stockReads.find(sku, AVAILABLE));
      const told = new Map(
        levels.flatMap(({ _id, available }) => (Number.isInteger(available) ? [[_id, available] as const] : [])),
      );
      const untold = skus.filter((sku) => !told.has(sku));
      const seeded = await eachOf(untold, (sku) => productReads.find(sku, SEEDED));
      return new Map([...told, ...seeded.map(({ _id, stock }) => [_id, stock] as const)]);
    },

    /** Adds the products that are missing; any number of replicas may do so at once. Returns how many were added. */
    async seed(list: readonly SeedProduct[], now = new Date()): Promise<number> {
      const writes = list.map(({ sku, ...product }) => ({
        updateOne: {
          filter: { _id: skuSchema.parse(sku) },
          update: { $setOnInsert: { addedAt: now.toISOString(), ...product } },
          upsert: true,
        },
      }));
      // Another replica may insert the same product between our look and our write.
      const result = await products.bulkWrite(writes, { ordered: false }).catch(unlessDuplicates);
      return result.upsertedCount;
    },

    /** Keeps what inventory said, unless something newer is known already. */
    setAvailable: (sku: string, available: number, version: number, level: Level = {}) =>
      keepLevel({ _id: sku, available, version, ...level }),
  };
}

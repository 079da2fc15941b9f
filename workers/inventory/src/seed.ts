import { readFile } from 'node:fs/promises';
import { skuSchema, warehouseSchema } from '@orderflow/contracts';
import { ConfigError, errorMessage } from '@orderflow/runtime';
import { z } from 'zod';
import type { OpeningStock } from './stock-write.ts';

/** Where stock is that no warehouse is given for. */
const FIRST_WAREHOUSE = 'BERLIN';

const count = z.int().nonnegative();
const byWarehouse = z
  .record(warehouseSchema, count)
  .refine((stock) => Object.keys(stock).length > 0, 'must name at least one warehouse');
const seedSchema = z.array(z.object({ sku: skuSchema, stock: z.union([count, byWarehouse]) })).min(1);

/**
 * Reads the opening stock from a catalogue: a JSON list of products, of which `sku` and `stock` count. `stock` is a
 * number, all in the first warehouse, or numbers by warehouse.
 * @throws ConfigError naming CATALOGUE_SEED and what is wrong with the file
 */
export async function readSeed(path: string | undefined): Promise<OpeningStock[]> {
  if (path === undefined) return [];
  try {
    const products = seedSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return products.flatMap(({ sku, stock }) =>
      Object.entries(typeof stock === 'number' ? { [FIRST_WAREHOUSE]: stock } : stock).map(([warehouse, onHand]) => ({
        sku,
        warehouse,
        onHand,
      })),
    );
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : errorMessage(error);
    const expected = 'it must be a JSON list of products, each with sku and stock';
    throw new ConfigError(`CATALOGUE_SEED is ${JSON.stringify(path)}; ${expected}: ${what}`, { cause: error });
  }
}

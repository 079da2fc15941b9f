import { readFile } from 'node:fs/promises';
import { skuSchema } from '@orderflow/contracts';
import { ConfigError, errorMessage } from '@orderflow/runtime';
import { z } from 'zod';

const seedSchema = z.array(z.object({ sku: skuSchema, stock: z.int().nonnegative() })).min(1);

/**
 * Reads the opening stock from a catalogue: a JSON list of products, of which `sku` and `stock` count.
 * @throws ConfigError naming CATALOGUE_SEED and what is wrong with the file
 */
export async function readSeed(path: string | undefined): Promise<{ sku: string; onHand: number }[]> {
  if (path === undefined) return [];
  try {
    const products = seedSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return products.map(({ sku, stock }) => ({ sku, onHand: stock }));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : errorMessage(error);
    const wish = 'it must be a JSON list of products, each with sku and stock';
    throw new ConfigError(`CATALOGUE_SEED is ${JSON.stringify(path)}; ${wish}: ${what}`, { cause: error });
  }
}

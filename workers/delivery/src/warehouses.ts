import { readFile } from 'node:fs/promises';
import { type Address, addressSchema, warehouseSchema } from '@orderflow/contracts';
import { ConfigError, errorMessage, PermanentError } from '@orderflow/runtime';
import { z } from 'zod';

/** Where parcels come from and returns go to. */
export interface Warehouses {
  /** @throws PermanentError naming the warehouse when it isn't known */
  addressOf(warehouse: string): Address;
}

const seedSchema = z.array(z.object({ id: warehouseSchema, address: addressSchema })).min(1);

export function warehousesOf(known: readonly { readonly id: string; readonly address: Address }[]): Warehouses {
  const addresses = new Map(known.map(({ id, address }) => [id, address]));
  return {
    addressOf: (warehouse) => {
      const address = addresses.get(warehouse);
      if (address) return address;
      const ids = [...addresses.keys()].join(', ');
      throw new PermanentError(`the address of warehouse ${warehouse} is not known (WAREHOUSE_SEED has ${ids})`);
    },
  };
}

/**
 * Reads the warehouses: a JSON list of `{ id, address }`.
 * @throws ConfigError naming WAREHOUSE_SEED and what is wrong with the file
 */
export async function readWarehouses(path: string): Promise<Warehouses> {
  try {
    return warehousesOf(seedSchema.parse(JSON.parse(await readFile(path, 'utf8'))));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : errorMessage(error);
    const expected = 'it must be a JSON list of warehouses, each with id and address';
    throw new ConfigError(`WAREHOUSE_SEED is ${JSON.stringify(path)}; ${expected}: ${what}`, { cause: error });
  }
}

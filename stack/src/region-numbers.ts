import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, StackError } from './errors.ts';

const numbersSchema = z.record(z.string(), z.int().min(1));

/**
 * The numbers that stand in the ids of these regions' orders. Each region keeps its own for as long as its data directory
 * is there, in whatever order they are named; one that is new gets a number that none had before.
 * @throws StackError when those that were given cannot be read: others would lead to the wrong cell
 */
export function regionNumbers(dataDir: string, regions: readonly string[]): ReadonlyMap<string, number> {
  const file = join(dataDir, 'regions.json');
  const numbers = new Map(Object.entries(read(file)));
  for (const region of regions) {
    if (!numbers.has(region)) numbers.set(region, Math.max(0, ...numbers.values()) + 1);
  }
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(numbers))}\n`, { mode: 0o600 });
  return new Map(regions.map((region) => [region, numbers.get(region) as number]));
}

function read(file: string): Record<string, number> {
  try {
    return numbersSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new StackError(`${file}, which has the regions' numbers, cannot be read: ${messageOf(error)}`);
  }
}

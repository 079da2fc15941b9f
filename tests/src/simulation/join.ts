import type { WorkerDefinition } from '@orderflow/contracts';
import type { WorkerParts } from '@orderflow/runtime';
import type { Connection } from 'mongoose';

type AnyParts = WorkerParts<WorkerDefinition, unknown, unknown>;

const camelCase = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/**
 * The parts of a worker that the simulation has no stand-ins for: its front door's `<name>Parts(database)`.
 * @throws Error for a worker that calls somebody outside: give it stand-ins in `system.ts`
 */
export async function partsByConvention({ name, calls }: WorkerDefinition, database: Connection): Promise<AnyParts> {
  if (calls.length > 0) {
    throw new Error(`${name} calls ${calls.join(', ')}: give it stand-ins in tests/src/simulation/system.ts`);
  }
  const door = new URL(`../../../workers/${name}/src/index.ts`, import.meta.url).href;
  const exported = (await import(door)) as Record<string, unknown>;
  const partsOf = exported[`${camelCase(name)}Parts`];
  if (typeof partsOf !== 'function') throw new Error(`${name}'s front door has no ${camelCase(name)}Parts`);
  return partsOf(database) as AnyParts;
}

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WorkerDefinition } from '@orderflow/contracts';
import { ROOT } from '../paths.ts';

/** A program of the system: what it is called, the file that starts it and whose database it uses. */
export interface Program {
  readonly name: string;
  readonly main: string;
  readonly service: string;
}

const GATEWAY = join(ROOT, 'gateway/src');
const ORDER_PROCESS: Program = {
  name: 'order-process',
  main: join(GATEWAY, 'order-process/main.ts'),
  service: 'gateway',
};

/** The gateway, which takes orders: starts last and stops first. */
export const gatewayProgram: Program = { name: 'gateway', main: join(GATEWAY, 'main.ts'), service: 'gateway' };

/** Watches over all the others; reads everything and changes nothing. */
export const auditorProgram: Program = {
  name: 'auditor',
  main: join(ROOT, 'auditor/src/main.ts'),
  service: 'auditor',
};

/** Everything that consumes a queue: each folder in workers/ that has a src/main.ts, and the order-process projection. */
export function discoverWorkers(root: string = ROOT): Program[] {
  const folder = join(root, 'workers');
  const workers = readdirSync(folder)
    .sort()
    .map((name) => ({ name, main: join(folder, name, 'src/main.ts'), service: name }));
  return [...workers, ORDER_PROCESS].filter((program) => existsSync(program.main));
}

/** The definitions of all workers: every export of a worker.ts that hears and says. */
export async function discoverDefinitions(): Promise<WorkerDefinition[]> {
  const files = [
    ...readdirSync(join(ROOT, 'workers')).map((name) => join(ROOT, 'workers', name, 'src/worker.ts')),
    join(GATEWAY, 'worker.ts'),
    join(GATEWAY, 'order-process/worker.ts'),
  ].filter((file) => existsSync(file));
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(file).href) as Promise<object>));
  const definitions = modules.flatMap((module) => Object.values(module).filter(isDefinition));
  return [...new Map(definitions.map((definition) => [definition.name, definition])).values()];
}

function isDefinition(value: unknown): value is WorkerDefinition {
  const candidate = value as Partial<WorkerDefinition> | null;
  return typeof candidate?.name === 'string' && Array.isArray(candidate.hears) && Array.isArray(candidate.says);
}

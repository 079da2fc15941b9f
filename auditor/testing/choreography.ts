import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Choreography, Listener } from '../src/choreography.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The definitions of all workers as they are in the tree, not as they were when the document was last generated. */
export async function choreographyOfTree(): Promise<Choreography> {
  const files = [
    ...readdirSync(join(ROOT, 'workers')).map((name) => join(ROOT, 'workers', name, 'src/worker.ts')),
    join(ROOT, 'gateway/src/worker.ts'),
    join(ROOT, 'gateway/src/order-process/worker.ts'),
  ].filter((file) => existsSync(file));
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(file).href) as Promise<object>));
  return modules.flatMap((module) => Object.values(module).filter(isListener));
}

function isListener(value: unknown): value is Listener {
  const candidate = value as Partial<Listener> | null;
  return typeof candidate?.name === 'string' && Array.isArray(candidate.hears) && Array.isArray(candidate.says);
}

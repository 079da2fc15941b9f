import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Choreography, Participant } from '../src/choreography.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The definitions of all workers as the source has them now, not as the generated document does. */
export async function choreographyOfTree(): Promise<Choreography> {
  const files = [
    ...readdirSync(join(ROOT, 'workers')).map((name) => join(ROOT, 'workers', name, 'src/worker.ts')),
    join(ROOT, 'gateway/src/worker.ts'),
    join(ROOT, 'gateway/src/order-process/worker.ts'),
  ].filter((file) => existsSync(file));
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(file).href) as Promise<object>));
  return modules.flatMap((module) => Object.values(module).filter(isParticipant));
}

function isParticipant(value: unknown): value is Participant {
  const candidate = value as Partial<Participant> | null;
  return typeof candidate?.name === 'string' && Array.isArray(candidate.hears) && Array.isArray(candidate.says);
}

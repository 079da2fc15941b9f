import { join } from 'node:path';
import { dataDirOf, ROOT } from '../paths.ts';
import { runProgram } from './emulator.ts';

/** Pictures of every page of the shop, and what axe finds on them. Status 1: something serious. */
export async function screenshots(flags: { out?: string; only?: string }): Promise<void> {
  const out = flags.out === undefined ? join(ROOT, '.data/screenshots') : dataDirOf(flags.out);
  const only = flags.only === undefined ? [] : ['--only', flags.only];
  await runProgram(join(ROOT, 'tests/src/browser/screenshots.ts'), ['--out', out, ...only]);
}

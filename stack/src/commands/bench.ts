import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../errors.ts';
import { ROOT } from '../paths.ts';
import { runProgram } from './emulator.ts';

/** Runs bench/src/NAME.ts. @throws StackError for a name that does not exist */
export async function bench(name: string, flags: readonly string[]): Promise<void> {
  const file = join(ROOT, 'bench/src', `${name}.ts`);
  if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
    throw new StackError(`There is no benchmark "${name}"; there are hops, orders, pages, search, soak and watchers.`);
  }
  await runProgram(file, flags);
}

import { join } from 'node:path';
import { StackError } from '../errors.ts';
import { ROOT } from '../paths.ts';
import { runProgram } from './emulator.ts';

const BENCHMARKS = ['autoscale', 'hops', 'life', 'orders', 'pages', 'scale', 'search', 'soak', 'stored', 'watchers'];

/** Runs bench/src/NAME.ts. @throws StackError for a name that does not exist */
export async function bench(name: string, flags: readonly string[]): Promise<void> {
  if (!BENCHMARKS.includes(name)) {
    const others = BENCHMARKS.slice(0, -1).join(', ');
    throw new StackError(`There is no benchmark "${name}"; there are ${others} and ${BENCHMARKS.at(-1)}.`);
  }
  await runProgram(join(ROOT, 'bench/src', `${name}.ts`), flags);
}

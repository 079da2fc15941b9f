import { join } from 'node:path';
import { ROOT } from '../paths.ts';
import { runProgram } from './emulator.ts';

/** Breaks a shop of its own under load in every way that it is to stand. Status 1: something was lost, doubled or is not right. */
export async function badDays(flags: readonly string[]): Promise<void> {
  await runProgram(join(ROOT, 'tests/src/bad-days/main.ts'), flags);
}

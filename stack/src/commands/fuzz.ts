import { join } from 'node:path';
import { dataDirOf, ROOT } from '../paths.ts';
import { runProgram } from './emulator.ts';

/** Sends hostile requests to every procedure, webhook and page. Status 1: an answer was not what it should be. */
export async function fuzz(flags: { requests: string; seed: string; url?: string; data: string }): Promise<void> {
  const { requests, seed, url, data } = flags;
  const target = url === undefined ? [] : ['--url', url, '--data', dataDirOf(data)];
  await runProgram(join(ROOT, 'tests/src/fuzz/main.ts'), ['--requests', requests, '--seed', seed, ...target]);
}

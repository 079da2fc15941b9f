import { join } from 'node:path';
import { ROOT } from '../paths.ts';
import { type Child, type ChildOptions, startChild } from './child.ts';
import type { RunFile } from './run-record.ts';

export type ChildRequest = Pick<ChildOptions, 'name' | 'command' | 'args' | 'env'> & { readonly cwd?: string };

/** Starts children, writes each down in the run's record while it lives, and knows which are left. */
export interface Children {
  start(request: ChildRequest): Child;
  logFile(name: string): string;
  /** Kills what is still there. The last resort: orderly stops come first. */
  killAll(): Promise<void>;
}

const everyChild = new Set<Child>();
let ending = false;

/** Whether everything is being killed, so that nobody wonders at an end. */
export const isEnding = (): boolean => ending;

/** Kills all children of this process at once: for Ctrl-C in the middle of a start. */
export async function killEverything(): Promise<void> {
  ending = true;
  await Promise.all([...everyChild].map((child) => child.stop(0)));
}

// However this process ends, short of kill -9, nothing it started outlives it.
process.on('exit', () => {
  for (const child of everyChild) child.signal('SIGKILL');
});

export function createChildren(dataDir: string, run: RunFile): Children {
  const alive = new Set<Child>();
  const logFile = (name: string) => join(dataDir, 'logs', `${name}.log`);
  return {
    logFile,
    start: (request) => {
      const child = startChild({ cwd: ROOT, ...request, logFile: logFile(request.name) });
      alive.add(child);
      everyChild.add(child);
      run.add(request.name, child.identity);
      child.exited.then(() => {
        alive.delete(child);
        everyChild.delete(child);
        run.remove(child.identity);
      });
      return child;
    },
    killAll: async () => {
      await Promise.all([...alive].map((child) => child.stop(0)));
    },
  };
}

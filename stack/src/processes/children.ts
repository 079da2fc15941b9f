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

export function createChildren(dataDir: string, run: RunFile): Children {
  const alive = new Set<Child>();
  const logFile = (name: string) => join(dataDir, 'logs', `${name}.log`);
  return {
    logFile,
    start: (request) => {
      const child = startChild({ cwd: ROOT, ...request, logFile: logFile(request.name) });
      alive.add(child);
      run.add(request.name, child.identity);
      child.exited.then(() => {
        alive.delete(child);
        run.remove(child.identity);
      });
      return child;
    },
    killAll: async () => {
      await Promise.all([...alive].map((child) => child.stop(0)));
    },
  };
}

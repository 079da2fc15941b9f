import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ROOT } from '../paths.ts';
import { dyingWithUs } from '../processes/child.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a tool with its own words on our output, in a process group of its own: whether a terminal's Ctrl-C or a signal to us
 * alone asks it to stop, it and what it started are asked once. Gives its exit status, or that of the signal.
 */
export async function inForeground(tool: string, args: readonly string[]): Promise<number> {
  const [command, flags] = dyingWithUs(tool, args);
  const child = spawn(command, flags, { cwd: ROOT, stdio: 'inherit', detached: true });
  let asked: NodeJS.Signals | undefined;
  const pass = (signal: NodeJS.Signals) => {
    asked = signal;
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        const by = asked ?? signal;
        resolve(by ? 128 + constants.signals[by] : (code ?? 1));
      });
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass);
  }
}

/** Whether somebody asked it to stop, so that nothing is to follow. */
export const wasStopped = (status: number): boolean => status > 128;

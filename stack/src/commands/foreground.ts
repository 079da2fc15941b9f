import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ROOT } from '../paths.ts';
import { dyingWithUs } from '../processes/child.ts';

/** Runs a tool with its own words on our output. Ctrl-C reaches it by itself; SIGTERM is passed on. Gives its exit status. */
export async function inForeground(tool: string, args: readonly string[]): Promise<number> {
  const [command, flags] = dyingWithUs(tool, args);
  const child = spawn(command, flags, { cwd: ROOT, stdio: 'inherit' });
  const pass = () => child.kill('SIGTERM');
  const wait = () => {};
  process.on('SIGTERM', pass).on('SIGINT', wait);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    process.off('SIGTERM', pass).off('SIGINT', wait);
  }
}

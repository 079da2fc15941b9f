import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { StackError } from '../errors.ts';
import { calledFrom, ROOT } from '../paths.ts';
import { dyingWithUs } from '../processes/child.ts';

/** Runs one of our programs in the foreground, with the user's flags and folder. Its status becomes ours. */
export async function runProgram(file: string, args: readonly string[]): Promise<void> {
  const [command, flags] = dyingWithUs(process.execPath, [file, ...args]);
  const child = spawn(command, flags, { cwd: calledFrom(), stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  const wait = () => {};
  process.on('SIGTERM', pass).on('SIGINT', wait);
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/** Starts one stand-in alone. @throws StackError for a name that does not exist */
export async function emulator(name: string, flags: readonly string[]): Promise<void> {
  const names = readdirSync(join(ROOT, 'emulators')).filter((one) => existsSync(mainOf(one)));
  if (!names.includes(name)) throw new StackError(`There is no emulator "${name}"; there are ${names.join(', ')}.`);
  await runProgram(mainOf(name), flags);
}

const mainOf = (name: string): string => join(ROOT, 'emulators', name, 'src/main.ts');

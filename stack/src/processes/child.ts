import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, StackError } from '../errors.ts';
import { findBinary } from './binaries.ts';
import { type Identity, identify } from './identity.ts';

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Standard output and error are appended here. */
  readonly logFile: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process we started, until it has ended. */
export interface Child {
  readonly name: string;
  readonly logFile: string;
  readonly identity: Identity;
  readonly exited: Promise<Exit>;
  /** Undefined while it runs. */
  exit(): Exit | undefined;
  /** Whether we have asked it to stop. */
  stopping(): boolean;
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL when it takes longer than this. Resolves when it is gone. */
  stop(timeoutMs: number): Promise<Exit>;
}

/** Starts a process in a session of its own, so that Ctrl-C reaches us alone and we stop it in our order. */
export function startChild(options: ChildOptions): Child {
  const { name, logFile } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  const [command, args] = dyingWithUs(options.command, options.args);
  let child: ChildProcess;
  try {
    child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
  let exit: Exit | undefined;
  let stopping = false;
  const exited = new Promise<Exit>((resolve) => {
    const end = (result: Exit) => {
      exit ??= result;
      resolve(exit);
    };
    child.once('exit', (code, signal) => end({ code, signal }));
    child.once('error', () => end({ code: 127, signal: null }));
  });
  if (child.pid === undefined) throw new StackError(`${name} could not be started: ${options.command}`);
  const identity = identify(child.pid) ?? { pid: child.pid, started: '' };
  const signal = (which: NodeJS.Signals) => void (exit === undefined && child.kill(which));
  return {
    name,
    logFile,
    identity,
    exited,
    signal,
    exit: () => exit,
    stopping: () => stopping,
    stop: async (timeoutMs) => {
      stopping = true;
      signal('SIGTERM');
      const timer = setTimeout(() => signal('SIGKILL'), timeoutMs);
      try {
        return await exited;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

let setpriv: string | undefined;
let setprivSought = false;

/** On Linux the kernel stops our children when we are killed with -9 (prctl(2), PR_SET_PDEATHSIG). */
export function dyingWithUs(command: string, args: readonly string[]): [string, readonly string[]] {
  if (!setprivSought && process.platform === 'linux') {
    const found = findBinary('setpriv');
    const works = found && spawnSync(found, ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' }).status === 0;
    if (works) setpriv = found;
  }
  setprivSought = true;
  return setpriv ? [setpriv, ['--pdeathsig', 'TERM', '--', command, ...args]] : [command, args];
}

const LAST_LINES = 30;

/** How a child ended, and, unless it was killed, the last line of its log that says something. */
export function whyItEnded(child: Child): string | undefined {
  const exit = child.exit();
  if (!exit) return undefined;
  // Who is killed says nothing of it: whatever its log ends with is not the reason.
  const how = exit.signal
    ? `was killed with ${exit.signal}`
    : `ended with status ${exit.code}${lastWords(child.logFile)}`;
  return `${how}; the log is ${child.logFile}`;
}

/** Near the end of the log, the last line that tells of an error, else the last one; of a JSON log, its message. */
function lastWords(logFile: string): string {
  try {
    const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
    const line = lines.findLast((one) => /^\w*Error\b|\b(ENOSPC|EADDRINUSE|EACCES)\b/.test(one)) ?? lines.at(-1) ?? '';
    return line === '' ? '' : ` ("${worded(line).slice(0, 300)}")`;
  } catch (error) {
    return ` (${messageOf(error)})`;
  }
}

function worded(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    return String((JSON.parse(line) as { msg?: unknown }).msg ?? line);
  } catch {
    return line;
  }
}

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process for certain: its id alone is given to another one sooner or later. */
export interface Identity {
  readonly pid: number;
  /** When it started, in whatever unit the system has; only compared for equality. */
  readonly started: string;
}

/** The process that runs under this id now, or undefined (a zombie counts as gone). */
export function identify(pid: number): Identity | undefined {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Whether this very process still runs. */
export function isRunning({ pid, started }: Identity): boolean {
  return identify(pid)?.started === started;
}

/** proc(5): field 3 is the state, field 22 the start time in ticks since boot; the name in field 2 may hold spaces. */
function startedOnLinux(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : `${bootId()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

let boot: string | undefined;
function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

function startedByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}

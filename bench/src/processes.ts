import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** What a process has taken since it began, and holds now. Replicas are one. */
export interface Usage {
  readonly cpuMs: number;
  readonly rssMiB: number;
}
export type Usages = ReadonlyMap<string, Usage>;

/** Who takes CPU for a system: its own processes, or what they run beside. */
const SERVERS = [
  'rabbitmq',
  'mongo',
  'redis',
  'haproxy',
  'stripe',
  'carrier',
  'mailbox',
  'twilio',
  'clients',
  'others',
];
export const isOwn = (process: string): boolean => !SERVERS.includes(process);

/** Linux counts CPU time in ticks of 10 ms and memory in pages of 4 KiB (proc(5)); elsewhere there is nothing to read. */
const TICK_MS = 10;
const PAGE_MIB = 4 / 1024;

/** Everything that descends from this process, by what it is; this process itself is the clients. */
export function usages(): Usages {
  const all = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => read(Number(pid))),
  );
  const result = new Map<string, Usage>();
  for (const [pid, { command, cpuMs, rssMiB }] of all) {
    if (!descends(pid, all)) continue;
    const name = pid === process.pid ? 'clients' : nameOf(command);
    const known = result.get(name) ?? { cpuMs: 0, rssMiB: 0 };
    result.set(name, { cpuMs: known.cpuMs + cpuMs, rssMiB: known.rssMiB + rssMiB });
  }
  return result;
}

interface Process extends Usage {
  readonly parent: number;
  readonly command: string;
}

function read(pid: number): [number, Process][] {
  try {
    const { parent, cpuMs, rssMiB } = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return [[pid, { parent, cpuMs, rssMiB, command }]];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

/** @param stat of proc(5): the name in brackets may hold blanks and brackets itself */
export function parseStat(stat: string): Usage & { readonly parent: number } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (field: number) => Number(fields[field - 3]);
  return { parent: at(4), cpuMs: (at(14) + at(15)) * TICK_MS, rssMiB: at(24) * PAGE_MIB };
}

function descends(pid: number, all: ReadonlyMap<number, Process>): boolean {
  for (let at: number | undefined = pid; at !== undefined; at = all.get(at)?.parent)
    if (at === process.pid) return true;
  return false;
}

/** A process by its command line. */
export function nameOf(command: string): string {
  if (/beam\.smp|epmd|erl_child|inet_gethost|rabbitmq/.test(command)) return 'rabbitmq';
  if (/redis-server/.test(command)) return 'redis';
  if (/\bhaproxy\b/.test(command)) return 'haproxy';
  if (/\bmongod\b/.test(command)) return 'mongo';
  const parts = [
    /emulators\/(\w+)\/src\/main/,
    /(order-process)\/main/,
    /workers\/([\w-]+)\/src\/main/,
    /(gateway|auditor)\/src\/main/,
    /bench\/(?:floor|nestjs\/dist)\/([\w-]+)\.[jt]s/,
  ];
  return parts.flatMap((part) => part.exec(command)?.[1] ?? [])[0] ?? 'others';
}

/** CPU time between two looks, in ms for each of so many orders. */
export function perOrder(before: Usages, after: Usages, orders: number): Map<string, number> {
  return new Map([...after].map(([name, { cpuMs }]) => [name, (cpuMs - (before.get(name)?.cpuMs ?? 0)) / orders]));
}

export function sumOf(values: ReadonlyMap<string, number>, wanted: (name: string) => boolean = () => true): number {
  return [...values].reduce((sum, [name, value]) => sum + (wanted(name) ? value : 0), 0);
}

const QUIET_MS = 400;
/** Of a core: what timers, health checks and the auditor's looks take while nothing happens. */
const QUIET_SHARE = 0.15;

/** Until all of them together did next to nothing twice in a row. Returns when that began. */
export async function quiet(patienceMs = 120_000): Promise<number> {
  const total = () => sumOf(new Map([...usages()].map(([name, { cpuMs }]) => [name, cpuMs])));
  const deadline = performance.now() + patienceMs;
  let since = performance.now();
  for (let times = 0, before = total(); times < 2; ) {
    await pause(QUIET_MS);
    const now = total();
    const isQuiet = now - before < QUIET_SHARE * QUIET_MS;
    times = isQuiet ? times + 1 : 0;
    if (!isQuiet) since = performance.now();
    before = now;
    if (performance.now() > deadline) throw new Error(`not quiet after ${patienceMs / 1_000} s`);
  }
  return since;
}

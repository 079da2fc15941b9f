import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Identity, identify } from './identity.ts';

const identity = z.object({ pid: z.number().int().positive(), started: z.string() });

const runRecord = z.object({
  supervisor: identity,
  command: z.string(),
  processes: z.array(identity.extend({ name: z.string() })),
  addresses: z.record(z.string(), z.unknown()).optional(),
});

/** Who runs on a data directory, and everything it started: what a later run needs to clean up after a crash. */
export type RunRecord = z.infer<typeof runRecord>;

export interface RunFile {
  add(name: string, process: Identity): void;
  remove(process: Identity): void;
  addresses(addresses: Record<string, unknown>): void;
  /** Forgets the run; the directory is free for the next one. */
  delete(): void;
}

const fileIn = (dataDir: string): string => join(dataDir, 'run.json');

/** The record left in this data directory, or undefined when there is none (or an unreadable one). */
export function readRunRecord(dataDir: string): RunRecord | undefined {
  try {
    return runRecord.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Where a region's cell has its data, which is a stack's data directory like any other. */
export const cellDirOf = (dataDir: string, region: string): string => join(dataDir, 'cells', region);

/** What runs, or was left behind, on this data directory and on those of its cells. */
export function recordedProcesses(dataDir: string): RunRecord['processes'] {
  const cells = join(dataDir, 'cells');
  const regions = existsSync(cells) ? readdirSync(cells) : [];
  return [dataDir, ...regions.map((region) => cellDirOf(dataDir, region))].flatMap(
    (one) => readRunRecord(one)?.processes ?? [],
  );
}

/** The regions whose cells run on this data directory; none where it is one stack's. */
export function regionsOn(dataDir: string): string[] {
  const found = z.array(z.string()).safeParse(readRunRecord(dataDir)?.addresses?.cells);
  return found.data ?? [];
}

/** Starts this process's record. Each change is on disk before it returns, so that a crash forgets nothing. */
export function createRunFile(dataDir: string, command: string): RunFile {
  const supervisor = identify(process.pid) ?? { pid: process.pid, started: '' };
  const record: RunRecord = { supervisor, command, processes: [] };
  const save = () => {
    mkdirSync(dataDir, { recursive: true });
    const temporary = `${fileIn(dataDir)}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, fileIn(dataDir));
  };
  save();
  return {
    add: (name, { pid, started }) => {
      record.processes.push({ name, pid, started });
      save();
    },
    remove: ({ pid, started }) => {
      record.processes = record.processes.filter((one) => one.pid !== pid || one.started !== started);
      save();
    },
    addresses: (addresses) => {
      record.addresses = addresses;
      save();
    },
    delete: () => rmSync(fileIn(dataDir), { force: true }),
  };
}

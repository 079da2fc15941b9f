import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from './processes/identity.ts';
import { stopIdentity } from './processes/orphans.ts';
import { readRunRecord } from './processes/run-record.ts';

const PREFIX = 'orderflow-run-';

export interface TemporaryDataDir {
  readonly path: string;
  delete(): void;
}

/** A data directory that lasts as long as a test run. What earlier runs left when they were killed is removed first. */
export async function temporaryDataDir(parent: string = tmpdir()): Promise<TemporaryDataDir> {
  await removeAbandoned(parent);
  const path = mkdtempSync(join(parent, PREFIX));
  return { path, delete: () => rmSync(path, { recursive: true, force: true }) };
}

const SHARED_MEMORY = '/dev/shm';
const NEEDED_BYTES = 4 * 1024 ** 3;

/**
 * Where data is kept that nobody measures and no power cut is to survive: in memory, where there is plenty and programs may run
 * from there (RabbitMQ's script does), else on disk. Broker and store sync each write, so specs would mostly wait for the disk.
 */
export function inMemory(): string {
  try {
    const { bavail, bsize } = statfsSync(SHARED_MEMORY);
    return bavail * bsize >= NEEDED_BYTES && runsPrograms(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

function runsPrograms(parent: string): boolean {
  const folder = mkdtempSync(join(parent, 'orderflow-probe-'));
  try {
    const script = join(folder, 'true');
    writeFileSync(script, '#!/bin/sh\n', { mode: 0o700 });
    return spawnSync(script).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  const left = readdirSync(parent).filter((name) => name.startsWith(PREFIX));
  for (const path of left.map((name) => join(parent, name))) {
    const record = readRunRecord(path);
    if (record ? isRunning(record.supervisor) : !isOld(path)) continue;
    await Promise.all((record?.processes ?? []).filter(isRunning).map(stopIdentity));
    rmSync(path, { recursive: true, force: true });
  }
}

/** A directory without a record is one that is just being made or deleted, unless it has been so for an hour. */
function isOld(path: string): boolean {
  const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
  return Date.now() - mtimeMs > 3_600_000;
}

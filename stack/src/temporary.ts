import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
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

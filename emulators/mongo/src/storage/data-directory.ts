import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from '../logger.ts';
import { decodeEntry, type Entry, encodeEntry } from './entry.ts';
import { framed, readFrames } from './frame.ts';
import { Journal } from './journal.ts';

const batchBytes = 1024 * 1024;

/**
 * The files: `snapshot-N` has everything up to journal N, `journal-N` and later ones what came after. A snapshot is
 * written beside the running journals and takes its name only when it is complete, so a crash at any moment leaves
 * either the old set or the new one, and the old set's leftovers are removed at the next start.
 */
export class DataDirectory {
  journal!: Journal;
  readonly #path: string;
  readonly #logger: Logger;
  #generation = 1;
  #snapshotBytes = 0;
  #olderBytes = 0;

  constructor(path: string, logger: Logger) {
    this.#path = resolve(path);
    this.#logger = logger;
    mkdirSync(this.#path, { recursive: true });
    this.#lock();
  }

  /** How much would be read at a start. */
  get bytes(): number {
    return this.#snapshotBytes + this.#olderBytes + this.journal.size;
  }

  /** Feeds everything on disk to `apply` in order, and opens the last journal for more. */
  replay(apply: (entry: Entry) => void): void {
    try {
      this.#replay(apply);
    } catch (error) {
      this.#unlock();
      throw error;
    }
  }

  #replay(apply: (entry: Entry) => void): void {
    const snapshots = this.#numbers('snapshot');
    const base = snapshots.at(-1) ?? 0;
    if (base > 0) {
      const { end, torn } = readFrames(this.#file('snapshot', base), (payload) => apply(decodeEntry(payload)));
      if (torn)
        throw new Error(
          `${this.#file('snapshot', base)} is damaged: restore it from a copy, or start with an empty directory`,
        );
      this.#snapshotBytes = end;
    }
    const journals = this.#numbers('journal').filter((number) => number >= base);
    let size = 0;
    for (const number of journals) {
      const path = this.#file('journal', number);
      const { end, torn } = readFrames(path, (payload) => apply(decodeEntry(payload)));
      if (torn && number !== journals.at(-1))
        throw new Error(
          `${path} is damaged in the middle of the data: restore it from a copy, or start with an empty directory`,
        );
      if (torn) this.#logger.warn(`${path} ends in a write that was never acknowledged; it is dropped`);
      this.#olderBytes += size;
      size = end;
    }
    this.#generation = journals.at(-1) ?? Math.max(base, 1);
    this.journal = new Journal(this.#file('journal', this.#generation), size);
    this.#syncDirectory();
    this.#removeBefore(base);
  }

  /** Starts a new journal, then writes the state as of that moment as its snapshot. */
  async compact(snapshot: () => Iterable<Entry>): Promise<void> {
    while (this.journal.busy) await this.journal.idle();
    const old = this.journal;
    const next = this.#generation + 1;
    // From here to the new journal's first frame nothing may wait, so that the snapshot is of exactly this moment.
    const journal = new Journal(this.#file('journal', next), 0);
    this.#syncDirectory();
    const entries = snapshot();
    this.journal = journal;
    this.#generation = next;
    this.#olderBytes += old.size;
    await old.close();
    const written = await this.#writeSnapshot(next, entries);
    this.#snapshotBytes = written;
    this.#olderBytes = 0;
    this.#removeBefore(next);
    this.#logger.info(`journal compacted to ${Math.round(written / 1024)} KiB`);
  }

  async #writeSnapshot(number: number, entries: Iterable<Entry>): Promise<number> {
    const draft = `${this.#file('snapshot', number)}.draft`;
    const file = await open(draft, 'w');
    let written = 0;
    try {
      let batch: Uint8Array[] = [];
      let size = 0;
      const write = async () => {
        if (size > 0) await file.writeFile(Buffer.concat(batch));
        written += size;
        batch = [];
        size = 0;
      };
      for (const entry of entries) {
        const parts = framed(encodeEntry(entry));
        batch.push(...parts);
        size += parts[0].length + parts[1].length;
        if (size > batchBytes) await write();
      }
      await write();
      await file.sync();
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    renameSync(draft, this.#file('snapshot', number));
    this.#syncDirectory();
    return written;
  }

  async close(): Promise<void> {
    await this.journal.close();
    this.#unlock();
  }

  #file(kind: 'snapshot' | 'journal', number: number): string {
    return join(this.#path, `${kind}-${String(number).padStart(8, '0')}`);
  }

  #numbers(kind: 'snapshot' | 'journal'): number[] {
    const matches = readdirSync(this.#path).map((name) => new RegExp(`^${kind}-(\\d{8})$`).exec(name)?.[1]);
    return matches
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  #removeBefore(number: number): void {
    for (const name of readdirSync(this.#path)) {
      const [, digits] = /^(?:snapshot|journal)-(\d{8})$/.exec(name) ?? [];
      if (name.endsWith('.draft') || (digits && Number(digits) < number))
        rmSync(join(this.#path, name), { force: true });
    }
  }

  /** A file's name is safe only when its directory is synced too. */
  #syncDirectory(): void {
    const fd = openSync(this.#path, 'r');
    fsyncSync(fd);
    closeSync(fd);
  }

  #lock(): void {
    const path = join(this.#path, 'lock');
    const holder = Number(readOr(path, '0'));
    const other = holder !== process.pid && holder > 0 && isAlive(holder);
    if (other || inUse.has(this.#path)) {
      throw new Error(
        `${this.#path} is in use by process ${holder}: stop it, or choose another directory (if that is no stand-in for MongoDB, remove ${path})`,
      );
    }
    inUse.add(this.#path);
    writeFileSync(path, String(process.pid));
  }

  #unlock(): void {
    inUse.delete(this.#path);
    rmSync(join(this.#path, 'lock'), { force: true });
  }
}

/** Directories that this process has open: its own lock file would not stop it. */
const inUse = new Set<string>();

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

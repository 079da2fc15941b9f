import { closeSync, constants, fdatasync, fdatasyncSync, ftruncateSync, openSync, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { framed } from './frame.ts';

const writeAsync = promisify(write);
const syncAsync = promisify(fdatasync);

/** Every write is on disk when it returns; where the platform has no such flag, it is synced afterwards. */
const dataSync = constants.O_DSYNC ?? 0;

/** Zeros are written ahead, as syncing bytes within a file is quicker than making it longer. */
const ahead = Buffer.alloc(4 * 1024 * 1024);

/** A disk as quick as this is waited for on the spot: cheaper than a trip through the thread pool. */
const quickMs = 2;

interface Waiting {
  undo(): void;
  settle(error?: Error): void;
}

/**
 * An append-only file of frames: length and CRC-32 (both uint32, little-endian), then that many bytes. All frames of one
 * turn of the event loop, whichever connection they are from, are written and synced together before any is acknowledged.
 */
export class Journal {
  readonly path: string;
  size: number;
  readonly #fd: number;
  #frames: Uint8Array[] = [];
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #scheduled: Promise<void> | undefined;
  #lastSyncMs = 0;
  #allocated: number;
  /** A failed write may have left half a frame, which must go before anything else is written. */
  #dirty = false;

  constructor(path: string, size: number) {
    this.path = path;
    this.size = size;
    this.#fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | dataSync);
    this.#allocated = size;
    ftruncateSync(this.#fd, size);
  }

  /** Resolves once the frame is on disk. If it can't be written, `undo` is called (latest change first), and it rejects. */
  append(frame: Uint8Array, undo: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#frames.push(...framed(frame));
    this.#waiting.push({ undo, settle: (error) => (error ? reject(error) : resolve()) });
    this.#schedule();
    return promise;
  }

  #schedule(): void {
    this.#scheduled ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#scheduled = undefined;
        resolve(this.#flush());
      });
    });
  }

  async #flush(): Promise<void> {
    if (this.#flushing) return;
    this.#flushing = this.#writeAll();
    await this.#flushing;
    this.#flushing = undefined;
    if (this.#waiting.length > 0) this.#schedule();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const frames = Buffer.concat(this.#frames);
      const waiting = this.#waiting;
      this.#frames = [];
      this.#waiting = [];
      const started = performance.now();
      try {
        if (this.#dirty) this.#cutBack();
        this.#dirty = true;
        if (this.size + frames.length > this.#allocated) this.#allocate(this.size + frames.length);
        if (this.#lastSyncMs < quickMs) this.#writeNow(frames);
        else await this.#writeLater(frames);
        this.#dirty = false;
        this.size += frames.length;
        for (const { settle } of waiting) settle();
      } catch (error) {
        // What came in since builds on what failed, so it fails too, and everything is undone backwards.
        const failed = [...waiting, ...this.#waiting];
        this.#frames = [];
        this.#waiting = [];
        for (const { undo } of failed.toReversed()) undo();
        for (const { settle } of failed) settle(error as Error);
      }
      this.#lastSyncMs = performance.now() - started;
    }
  }

  #cutBack(): void {
    ftruncateSync(this.#fd, this.size);
    this.#allocated = this.size;
  }

  /** Best effort: where the disk has no room for it, the write itself may still fit, or else will say so. */
  #allocate(needed: number): void {
    try {
      writeSync(this.#fd, ahead, 0, ahead.length, needed);
      if (!dataSync) fdatasyncSync(this.#fd);
      this.#allocated = needed + ahead.length;
    } catch {
      this.#allocated = needed;
    }
  }

  #writeNow(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#fd, bytes, done, bytes.length - done, this.size + done);
    }
    if (!dataSync) fdatasyncSync(this.#fd);
  }

  async #writeLater(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await writeAsync(this.#fd, bytes, done, bytes.length - done, this.size + done);
      done += bytesWritten;
    }
    if (!dataSync) await syncAsync(this.#fd);
  }

  get busy(): boolean {
    return this.#scheduled !== undefined || this.#flushing !== undefined;
  }

  /** Resolves when nothing waits to be written. */
  async idle(): Promise<void> {
    while (this.busy) await (this.#scheduled ?? this.#flushing);
  }

  async close(): Promise<void> {
    await this.idle();
    this.#cutBack();
    closeSync(this.#fd);
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { atMost } from './at-most.ts';
import { isDuplicateOf } from './batches.ts';
import { errorMessage } from './errors.ts';
import { WALK_STEP, type WalkStep } from './idle-documents.ts';
import type { Logger } from './log.ts';

/** How far the documents of one collection are done, in a collection of the worker's database. */
interface Progress {
  /** The collection's name. */
  readonly _id: string;
  readonly upTo: Date;
  /** Whose turn it is, and until when. Between two walks it is nobody's. */
  readonly by: string;
  readonly until: Date;
}

export interface WalkRange {
  readonly from: Date;
  readonly before: Date;
  readonly now: Date;
}

export interface WalkerOptions {
  readonly database: Connection;
  readonly worker: string;
  /** Of its aggregates. */
  readonly collection: string;
  /** The collection that knows how far the walk is. */
  readonly progress: string;
  /** Days without a write after which a document is walked to. */
  readonly afterDays: number;
  /** No more documents a second. */
  readonly perSecond: number;
  readonly log: Logger;
  readonly now?: () => Date;
  readonly lookEveryMs?: number;
  /** What is done to the documents of this time. */
  walking(range: WalkRange): AsyncGenerator<WalkStep>;
  /** @param count of documents to which it was done */
  onStep?(count: number): void;
  /** For the log. */
  readonly words: { readonly done: string; readonly left: string; readonly waits: string };
}

/** Walks through a worker's old documents in the background. Of several replicas one walks at a time. */
export interface Walker {
  /** Walks on, if it is this process's turn. Runs by itself, exposed for tests. @returns to how many it was done */
  walk(): Promise<number>;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** How long a walk that was cut off keeps others from going on with it. */
export const LEASE_MS = 5 * MINUTE_MS;
const STOP_MS = 1_000;
const BETWEEN_WALKS_MS = 60 * MINUTE_MS;
/** Processes of the version before, which cannot read what a walk writes, are gone by then. */
const FIRST_WALK_AFTER_MS = DAY_MS;

export function startWalker(options: WalkerOptions): Walker {
  const { database, worker, collection, afterDays, perSecond, log, words, now = () => new Date() } = options;
  const by = randomUUID();
  const closing = new AbortController();
  const progress = () => database.collection<Progress>(options.progress);
  const later = (ms: number) => new Date(now().getTime() + ms);

  const claim = async (): Promise<Date | undefined> => {
    const first = { upTo: new Date(0), by: 'nobody', until: later(FIRST_WALK_AFTER_MS) };
    await progress()
      .updateOne({ _id: collection }, { $setOnInsert: first }, { upsert: true })
      .catch((error) => {
        if (!isDuplicateOf(error, '_id')) throw error;
      });
    const claimed = { $set: { by, until: later(LEASE_MS) } };
    const mine = await progress().findOneAndUpdate({ _id: collection, until: { $lte: now() } }, claimed);
    return mine?.upTo;
  };
  /** False: it is no longer our turn. */
  const note = async (fields: Partial<Progress>): Promise<boolean> =>
    (await progress().updateOne({ _id: collection, by }, { $set: fields })).matchedCount === 1;

  const walk = async (): Promise<number> => {
    const from = await claim();
    if (!from) return 0;
    const before = new Date(now().getTime() - afterDays * DAY_MS);
    let count = 0;
    for await (const { upTo, done, left } of options.walking({ from, before, now: now() })) {
      count += done;
      options.onStep?.(done);
      for (const id of left) log.warn({ worker, id }, words.left);
      if (!(await note({ upTo, until: later(LEASE_MS) }))) return count;
      await pause((WALK_STEP / perSecond) * 1_000, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) break;
    }
    await note({ until: closing.signal.aborted ? now() : later(BETWEEN_WALKS_MS) });
    if (count > 0) log.info({ worker, collection, count }, words.done);
    return count;
  };

  let busy: Promise<unknown> = Promise.resolve();
  let warned = false;
  const look = () => {
    busy = busy
      .then(() => (closing.signal.aborted ? 0 : walk()))
      .then(
        () => {
          warned = false;
        },
        (error) => {
          if (!warned) log.warn({ worker, error: errorMessage(error) }, words.waits);
          warned = true;
        },
      );
  };
  // Replicas that were started together would otherwise all look in the same instant.
  const timer = setInterval(look, (options.lookEveryMs ?? MINUTE_MS) * (0.9 + Math.random() * 0.2));
  timer.unref();
  return {
    walk,
    close: async () => {
      clearInterval(timer);
      closing.abort();
      // A store that hangs keeps nobody from stopping: what was under way is guarded, and begun again later.
      await atMost(STOP_MS, busy);
    },
  };
}

import { compacting } from './compaction.ts';
import type { Metrics } from './metrics.ts';
import { startWalker, type Walker, type WalkerOptions } from './walker.ts';

type Given = 'database' | 'worker' | 'collection' | 'afterDays' | 'perSecond' | 'log' | 'now' | 'lookEveryMs';

export type Compactor = Walker;
export type CompactorOptions = Pick<WalkerOptions, Given> & { readonly metrics: Pick<Metrics, 'compacted'> };

const WORDS = {
  done: 'compacted the marks of documents that nobody writes to',
  left: 'marks that cannot be compacted stay as they are',
  waits: 'compaction waits for the store',
};

/** Compacts a worker's documents in the background. */
export function startCompactor({ metrics, ...given }: CompactorOptions): Compactor {
  const { database, worker, collection } = given;
  metrics.compacted.inc({ worker }, 0);
  return startWalker({
    ...given,
    progress: 'compactions',
    walking: (range) => compacting(database.collection(collection), range),
    onStep: (count) => metrics.compacted.inc({ worker }, count),
    words: WORDS,
  });
}

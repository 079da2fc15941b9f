import { type Archive, YOUNGEST_DAYS } from './archive.ts';
import { archiving, tidyOld } from './archiving.ts';
import { ConfigError, type WorkerConfig } from './config.ts';
import type { Metrics } from './metrics.ts';
import { startWalker, type Walker, type WalkerOptions, type WalkRange } from './walker.ts';

type Given = 'database' | 'worker' | 'collection' | 'perSecond' | 'log' | 'now' | 'lookEveryMs';

export type ArchiverOptions = Pick<WalkerOptions, Given> & {
  readonly archive: Archive;
  /** Days without a write after which a document is archived; undefined: none is, and moves that broke off are ended all the same. */
  readonly afterDays: number | undefined;
  readonly metrics: Pick<Metrics, 'archived'>;
};

const WORDS = {
  done: 'archived documents that nobody writes to',
  left: 'a document that cannot be archived stays where it is',
  waits: 'the archive waits for the store',
};

/** Moves a worker's old documents to their archive in the background. */
export function startArchiver({ archive, afterDays, metrics, ...given }: ArchiverOptions): Walker {
  const { worker } = given;
  metrics.archived.inc({ worker }, 0);
  return startWalker({
    ...given,
    afterDays: afterDays ?? 0,
    progress: 'archivings',
    walking: async function* (range: WalkRange) {
      await tidyOld(archive, range.now);
      if (afterDays !== undefined) yield* archiving(archive, range);
    },
    onStep: (count) => metrics.archived.inc({ worker }, count),
    words: WORDS,
  });
}

/** @throws ConfigError where documents would be archived that are read and written too often for that */
export function archiveAfterDays({
  ARCHIVE_AFTER_DAYS: days,
  COMPACT_AFTER_DAYS: compacted,
}: Pick<WorkerConfig, 'ARCHIVE_AFTER_DAYS' | 'COMPACT_AFTER_DAYS'>): number | undefined {
  if (days === 0) return undefined;
  const least = Math.max(YOUNGEST_DAYS, compacted) + 1;
  if (days >= least) return days;
  throw new ConfigError(
    `ARCHIVE_AFTER_DAYS is ${days}; it must be 0 (never), or ${least} and more: above COMPACT_AFTER_DAYS (${compacted}) and ${YOUNGEST_DAYS} days`,
  );
}

import type { Connection } from 'mongoose';

/** How far a walk through idle documents has come. */
export interface WalkStep {
  /** All documents that were last written before it are done. */
  readonly upTo: Date;
  readonly read: number;
  readonly done: number;
  /** They would not come back as they are, so they stay as they are. */
  readonly left: readonly string[];
}

/** Documents of one step. */
export const WALK_STEP = 50;

interface Idle {
  readonly _id: string;
  readonly changedAt: Date;
}

/**
 * Pages of the documents that were last written in this time and wait for no deadline, the oldest first. By `changedAt`, without a
 * cursor that would have to stay open for as long as all of it takes.
 */
export async function* idleDocuments<Document extends Idle>(
  collection: ReturnType<Connection['collection']>,
  { from, before }: { readonly from: Date; readonly before: Date },
  { projection = {}, filter = {} }: { readonly projection?: object; readonly filter?: object } = {},
): AsyncGenerator<Document[]> {
  const read = async (range: object, sort: 'changedAt' | '_id'): Promise<Document[]> => {
    const asked = { ...filter, ...range, due: { $exists: false } };
    const options = { projection, sort: { [sort]: 1 }, limit: WALK_STEP, batchSize: WALK_STEP + 1 } as const;
    return (await collection.find(asked, options).toArray()) as unknown as Document[];
  };
  for (let range: object = { $gte: from, $lt: before }; ; ) {
    const page = await read({ changedAt: range }, 'changedAt');
    const last = page.length === WALK_STEP ? page.at(-1)?.changedAt : undefined;
    const whole = last ? page.filter(({ changedAt }) => changedAt < last) : page;
    if (whole.length > 0) yield whole;
    if (!last) return;
    // Of those that were written in its last moment the page may lack some.
    for (let after = ''; ; ) {
      const same = await read({ changedAt: last, _id: { $gt: after } }, '_id');
      if (same.length > 0) yield same;
      if (same.length < WALK_STEP) break;
      after = same.at(-1)?._id ?? after;
    }
    range = { $gt: last, $lt: before };
  }
}

import type { Archive, Archived, Movable } from './archive.ts';
import { mayBeArchived } from './archive.ts';
import { written } from './batches.ts';
import { idleDocuments, type WalkStep } from './idle-documents.ts';
import { LEASE_MS, type WalkRange } from './walker.ts';

/**
 * Moves all documents that were last written in this time and wait for nothing to the archive of their collection, the oldest
 * first. Each is copied, then deleted as it was copied: whoever writes to it at the same moment wins. Broken off anywhere, it is
 * in one place that counts, which `tidy` finds out.
 */
export async function* archiving(archive: Archive, { from, before, now }: WalkRange): AsyncGenerator<WalkStep> {
  const filter = { ...archive.only, outboxAt: { $exists: false } };
  for await (const page of idleDocuments<Movable>(archive.hot, { from, before }, { filter })) {
    yield await moveAll(archive, page, now);
  }
}

async function moveAll(archive: Archive, page: readonly Movable[], now: Date): Promise<WalkStep> {
  const old = page.filter(({ _id }) => mayBeArchived(_id, 0));
  const packed = await Promise.all(old.map((document) => archive.pack(document, now)));
  const left = old.filter((_, n) => packed[n] === undefined).map(({ _id }) => _id);
  const copied = await copy(
    archive,
    packed.filter((one) => one !== undefined),
    now,
  );
  const done = await deleteAsCopied(archive, copied);
  if (copied.length > 0) await tidy(archive, { _id: { $in: copied.map(({ _id }) => _id) } });
  return { upTo: page.at(-1)?.changedAt ?? now, read: page.length, done, left };
}

/** @returns what is in the archive as it is here */
async function copy({ collection }: Archive, documents: readonly Archived[], movingAt: Date): Promise<Archived[]> {
  if (documents.length === 0) return [];
  const writes = documents.map((document) => ({
    replaceOne: {
      // A later one that is there already stays: its id is refused.
      filter: { _id: document._id, revision: { $lte: document.revision } },
      replacement: { ...document, movingAt },
      upsert: true,
    },
  }));
  const { refused } = await written(() => collection.bulkWrite(writes as never, { ordered: false }));
  return documents.filter((_, n) => !refused.has(n));
}

async function deleteAsCopied({ hot }: Archive, copied: readonly Guarded[]): Promise<number> {
  if (copied.length === 0) return 0;
  const writes = copied.map((one) => ({ deleteOne: { filter: { _id: one._id, ...guardOf(one) } } }));
  return (await hot.bulkWrite(writes as never, { ordered: false })).deletedCount;
}

type Guarded = Pick<Archived, '_id' | 'revision' | 'changedAt' | 'ignored'>;

/** Every write changes one of these. */
const guardOf = ({ revision, changedAt, ignored }: Guarded) => ({
  revision,
  changedAt,
  ignored: ignored ?? { $exists: false },
});

/**
 * Ends moves that broke off. A document that is in both places and alike in both is deleted from the collection; one that was written
 * to since, or has come back, from the archive.
 * @param which those of others are left to them for as long as they may be at it
 */
export async function tidy(archive: Archive, which: object): Promise<void> {
  const { hot, collection } = archive;
  const projection = { revision: 1, changedAt: 1, ignored: 1, movingAt: 1 };
  const found = await collection.find({ $and: [which, { movingAt: { $exists: true } }] }, { projection }).toArray();
  const moving = found as unknown as (Guarded & { movingAt: Date })[];
  if (moving.length === 0) return;
  const ids = { _id: { $in: moving.map(({ _id }) => _id) } };
  const readHere = async () => {
    const here = (await hot.find(ids as never, { projection }).toArray()) as unknown as Guarded[];
    return new Map(here.map((one) => [one._id, one]));
  };
  const before = await readHere();
  const alike = moving.filter((one) => isAlike(one, before.get(one._id)));
  await deleteAsCopied(archive, alike);
  const after = alike.length > 0 ? await readHere() : before;
  const writes = moving
    .filter((one) => !isAlike(one, after.get(one._id)))
    .map(({ _id, revision, movingAt }) => {
      const filter = { _id, revision, movingAt };
      const isOutdated = after.has(_id);
      return isOutdated ? { deleteOne: { filter } } : { updateOne: { filter, update: { $unset: { movingAt: 1 } } } };
    });
  if (writes.length > 0) await collection.bulkWrite(writes as never, { ordered: false });
}

const isAlike = (one: Guarded, other: Guarded | undefined): boolean =>
  other?.revision === one.revision &&
  other.changedAt.getTime() === one.changedAt.getTime() &&
  other.ignored === one.ignored;

/** Ends what broke off so long ago that nobody is at it any more. */
export const tidyOld = (archive: Archive, now: Date): Promise<void> =>
  tidy(archive, { movingAt: { $lt: new Date(now.getTime() - 2 * LEASE_MS) } });

import { type Archived, archiveName, unarchived } from '@orderflow/runtime';
import type { Connection } from 'mongoose';

interface Document {
  readonly _id: string;
}

/** All documents of a collection, and those in its archive that it has no more. */
export async function storedIn<Found extends Document>(
  database: Connection,
  collection: string,
  filter: object = {},
): Promise<Found[]> {
  const here = (await database.collection(collection).find(filter).toArray()) as unknown as Found[];
  const known = new Set(here.map(({ _id }) => _id));
  const found = await database.collection<Archived>(archiveName(collection)).find(filter).toArray();
  return [...here, ...found.filter(({ _id }) => !known.has(_id)).map((one) => unarchived<Found>(one))];
}

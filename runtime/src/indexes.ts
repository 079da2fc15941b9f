import type { IndexDefinition, IndexOptions, Model, mongo } from 'mongoose';
import type { AtStart } from './at-start.ts';

/**
 * Makes a model's collection and its indexes, one after the other: two at once deadlock on some engines. What is there stays.
 * @throws Error that names the index
 */
export async function makeCollection(model: Model<never>, atStart: AtStart): Promise<void> {
  const { name } = model.collection;
  await atStart(`the collection ${name}`, () => model.createCollection());
  for (const [keys, options] of model.schema.indexes() as [IndexDefinition, IndexOptions][]) {
    await makeIndex(model.collection as never, keys, options, atStart);
  }
}

/** @throws Error that names the index */
export async function makeIndex(
  collection: Pick<mongo.Collection, 'collectionName' | 'createIndex'>,
  keys: IndexDefinition,
  options: IndexOptions,
  atStart: AtStart,
): Promise<void> {
  const name = options.name ?? Object.entries(keys).flat().join('_');
  await atStart(`the index ${name} of ${collection.collectionName}`, () =>
    collection.createIndex(keys as mongo.IndexSpecification, options as mongo.CreateIndexesOptions),
  );
}

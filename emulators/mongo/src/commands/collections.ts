import { type Doc, isDoc } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import { compileFilter } from '../query/filter.ts';
import type { Collection } from '../storage/collection.ts';
import { type Command, docField, namespaceOf } from './command.ts';
import { encoded } from './cursors.ts';

const unsupported = ['viewOn', 'capped', 'timeseries', 'validator', 'collation', 'clusteredIndex', 'encryptedFields'];

export const create: Command = (command, context) => {
  const namespace = namespaceOf(command, context);
  const option = unsupported.find(
    (name) => command[name] && !(isDoc(command[name]) && Object.keys(command[name]).length === 0),
  );
  if (option) fail('NotImplemented', `create: ${option} is not supported by this stand-in`);
  // Since MongoDB 7.0 creating what is there with the same options succeeds, and here all have the same.
  if (context.store.get(namespace)) return { ok: 1 };
  context.store.create(namespace, {});
  return { ok: 1 };
};

export const drop: Command = (command, context) => {
  const namespace = namespaceOf(command, context);
  const collection = context.store.get(namespace);
  // Since MongoDB 7.0 dropping what isn't there succeeds.
  if (!collection) return { ok: 1 };
  context.store.drop(namespace);
  return { nIndexesWas: collection.indexes.size + 1, ns: namespace, ok: 1 };
};

export const dropDatabase: Command = (_command, { store, database }) => {
  const collections = store.ofDatabase(database);
  for (const { namespace } of collections) store.drop(namespace);
  return collections.length > 0 ? { dropped: database, ok: 1 } : { ok: 1 };
};

export const renameCollection: Command = () =>
  fail('NotImplemented', 'renameCollection is not supported by this stand-in');

export const listCollections: Command = (command, { store, cursors, database }) => {
  const matches = compileFilter(docField(command, 'filter'));
  const infos = store.ofDatabase(database).map((collection) => ({
    name: collection.namespace.slice(database.length + 1),
    type: 'collection',
    ...(command.nameOnly !== true && {
      options: collection.options,
      info: { readOnly: false },
      idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
    }),
  }));
  return cursors.open(`${database}.$cmd.listCollections`, encoded(infos.filter((info) => matches(info))), {
    batchSize: docField(command, 'cursor').batchSize as number | undefined,
  });
};

export const listDatabases: Command = (command, { store }) => {
  const matches = compileFilter(docField(command, 'filter'));
  const names = new Set([...store.collections.keys()].map((namespace) => namespace.slice(0, namespace.indexOf('.'))));
  const databases = [...names].sort().map((name) => {
    const sizeOnDisk = size(store.ofDatabase(name));
    return { name, sizeOnDisk, empty: sizeOnDisk === 0 };
  });
  const listed = databases.filter((database) => matches(database));
  if (command.nameOnly === true) return { databases: listed.map(({ name }) => ({ name })), ok: 1 };
  const totalSize = listed.reduce((sum, database) => sum + database.sizeOnDisk, 0);
  return { databases: listed, totalSize, totalSizeMb: Math.floor(totalSize / 1024 / 1024), ok: 1 };
};

export const collStats: Command = (command, context) => {
  const namespace = namespaceOf(command, context);
  const collection = context.store.get(namespace);
  return {
    ns: namespace,
    ...stats(collection ? [collection] : []),
    nindexes: collection ? collection.indexes.size + 1 : 0,
    ok: 1,
  };
};

export const dbStats: Command = (_command, { store, database }) => {
  const collections = store.ofDatabase(database);
  const { count, size: dataSize, avgObjSize, storageSize } = stats(collections);
  const indexes = collections.reduce((sum, collection) => sum + collection.indexes.size + 1, 0);
  return {
    db: database,
    collections: collections.length,
    views: 0,
    objects: count,
    avgObjSize,
    dataSize,
    storageSize,
    indexes,
    indexSize: 0,
    ok: 1,
  };
};

function stats(collections: Collection[]): Doc {
  const count = collections.reduce((sum, collection) => sum + collection.documents.size, 0);
  const bytes = size(collections);
  return { count, size: bytes, avgObjSize: count > 0 ? Math.round(bytes / count) : 0, storageSize: bytes };
}

function size(collections: Collection[]): number {
  return collections.reduce((sum, collection) => sum + collection.bytes, 0);
}

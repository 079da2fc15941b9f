import { type Doc, isDoc } from '../bson/codec.ts';
import { compare, equal } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { isNumeric, typeOf } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { compileFilter } from '../query/filter.ts';
import type { Collection } from '../storage/collection.ts';
import { type IndexSpec, show } from '../storage/secondary-index.ts';
import { type Command, listField, namespaceOf } from './command.ts';
import { encoded } from './cursors.ts';

export const createIndexes: Command = (command, context) => {
  const namespace = namespaceOf(command, context);
  const specs = listField(command, 'indexes', true).map(parse);
  if (specs.length === 0) fail('BadValue', 'Must specify at least one index to create');
  const existing = context.store.get(namespace);
  const collection = existing ?? context.store.create(namespace, {});
  const numIndexesBefore = collection.indexes.size + 1;
  const wanted = specs.filter((spec) => isNew(spec, collection));
  const added: string[] = [];
  try {
    for (const spec of wanted) {
      context.store.addIndex(collection, spec);
      added.push(spec.name);
    }
  } catch (error) {
    for (const name of added) context.store.dropIndex(collection, name);
    throw error;
  }
  return {
    numIndexesBefore,
    numIndexesAfter: collection.indexes.size + 1,
    createdCollectionAutomatically: existing === undefined,
    ...(wanted.length === 0 && { note: 'all indexes already exist' }),
    ok: 1,
  };
};

const known = [
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
  'hidden',
  'ns',
];
const unsupported = [
  'collation',
  'weights',
  'wildcardProjection',
  'storageEngine',
  '2dsphereIndexVersion',
  'textIndexVersion',
  'default_language',
  'language_override',
  'bits',
  'min',
  'max',
];

function parse(spec: Doc): IndexSpec {
  const { key, name } = spec;
  if (!isDoc(key)) fail('FailedToParse', `The 'key' field is a required property of an index specification`);
  if (Object.keys(key).length === 0) fail('CannotCreateIndex', 'Index keys cannot be an empty object');
  for (const [path, direction] of Object.entries(key)) checkKey(path, direction, key);
  if (typeof name !== 'string')
    fail('FailedToParse', `The 'name' field is a required property of an index specification`);
  if (name === '') fail('CannotCreateIndex', 'index name cannot be empty');
  for (const option of Object.keys(spec)) {
    if (unsupported.includes(option))
      fail('NotImplemented', `index option ${option} is not supported by this stand-in`);
    if (!known.includes(option))
      fail(
        'InvalidIndexSpecificationOption',
        `The field '${option}' is not valid for an index specification. Specification: ${show(spec)}`,
      );
  }
  return cleaned(spec, key, name);
}

function checkKey(path: string, direction: unknown, key: Doc): void {
  if (path === '' || path.split('.').includes(''))
    fail('CannotCreateIndex', `Index keys cannot contain an empty field: ${show(key)}`);
  if (path.includes('$'))
    fail('CannotCreateIndex', `Index key contains an illegal field name: field name starts with '$'.`);
  if (typeof direction === 'string') fail('NotImplemented', `${direction} indexes are not supported by this stand-in`);
  if (!isNumeric(direction))
    fail(
      'CannotCreateIndex',
      `Values in v:2 index key pattern cannot be of type ${typeOf(direction)}. Only numbers > 0, numbers < 0, and strings are allowed.`,
    );
  if (toNumber(direction) === 0 || Number.isNaN(toNumber(direction)))
    fail('CannotCreateIndex', 'Values in the index key pattern cannot be 0.');
}

function cleaned(spec: Doc, key: Doc, name: string): IndexSpec {
  const partial = spec.partialFilterExpression;
  const expiry = spec.expireAfterSeconds;
  if (partial !== undefined) {
    if (!isDoc(partial))
      fail('TypeMismatch', `The field 'partialFilterExpression' must be an object, but got ${typeOf(partial)}`);
    compileFilter(partial);
    if (spec.sparse) fail('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  }
  if (expiry !== undefined) {
    if (!isNumeric(expiry))
      fail(
        'CannotCreateIndex',
        `TTL index 'expireAfterSeconds' option must be numeric, but received a type of '${typeOf(expiry)}'`,
      );
    if (toNumber(expiry) < 0)
      fail(
        'CannotCreateIndex',
        "TTL index 'expireAfterSeconds' option must be within an acceptable range, try a lower number",
      );
    if (Object.keys(key).length > 1)
      fail('CannotCreateIndex', 'TTL indexes are single-field indexes, compound indexes do not support TTL');
    if ('_id' in key)
      fail('CannotCreateIndex', "The field 'expireAfterSeconds' is not valid for an _id index specification");
  }
  return {
    v: 2,
    key,
    name,
    ...(truthy(spec.unique) && { unique: true }),
    ...(truthy(spec.sparse) && { sparse: true }),
    ...(partial !== undefined && { partialFilterExpression: partial as Doc }),
    ...(expiry !== undefined && { expireAfterSeconds: toNumber(expiry) }),
  };
}

function truthy(value: unknown): boolean {
  return value === true || (isNumeric(value) && toNumber(value) !== 0);
}

/** The same index again is no error; one that differs under the same name, or has another name, is. */
function isNew(spec: IndexSpec, collection: Collection): boolean {
  for (const other of collection.indexSpecs()) {
    const sameKey = sameKeys(spec.key, other.key);
    const sameOptions = equal(optionsOf(spec), optionsOf(other));
    if (other.name === '_id_' && sameKey) return false;
    if (spec.name === other.name) {
      if (sameKey && sameOptions) return false;
      fail(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${show(spec)}, existing index: ${show(other)}`,
      );
    }
    if (sameKey && equal(spec.partialFilterExpression, other.partialFilterExpression)) {
      fail(
        'IndexOptionsConflict',
        sameOptions
          ? `Index already exists with a different name: ${other.name}`
          : `An equivalent index already exists with a different name and options. Requested index: ${show(spec)}, existing index: ${show(other)}`,
      );
    }
  }
  return true;
}

function sameKeys(a: Doc, b: Doc): boolean {
  return compare(a, b) === 0;
}

function optionsOf({ v, key, name, ...options }: IndexSpec): Doc {
  return Object.fromEntries(Object.entries(options).sort());
}

export const listIndexes: Command = (command, context) => {
  const namespace = namespaceOf(command, context);
  const collection = context.store.get(namespace);
  if (!collection) fail('NamespaceNotFound', `ns does not exist: ${namespace}`);
  return context.cursors.open(namespace, encoded(collection.indexSpecs()), {});
};

export const dropIndexes: Command = (command, context) => {
  const namespace = namespaceOf(command, context);
  const collection = context.store.get(namespace);
  if (!collection) fail('NamespaceNotFound', `ns not found ${namespace}`);
  const nIndexesWas = collection.indexes.size + 1;
  for (const name of namesToDrop(command.index, collection)) context.store.dropIndex(collection, name);
  return { nIndexesWas, ok: 1 };
};

function namesToDrop(wanted: unknown, collection: Collection): string[] {
  if (wanted === '*') return [...collection.indexes.keys()];
  if (Array.isArray(wanted)) return wanted.flatMap((name) => namesToDrop(name, collection));
  const specs = collection.indexSpecs();
  const found = specs.find((spec) => (isDoc(wanted) ? equal(spec.key, wanted) : spec.name === wanted));
  if (!found)
    fail(
      'IndexNotFound',
      isDoc(wanted) ? `can't find index with key: ${show(wanted)}` : `index not found with name [${String(wanted)}]`,
    );
  if (found.name === '_id_') fail('InvalidOptions', 'cannot drop _id index');
  return [found.name];
}

import { ObjectId } from 'bson';
import { type Doc, isDoc } from '../bson/codec.ts';
import { toInteger } from '../bson/numbers.ts';
import { typeOf } from '../bson/types.ts';
import { asMongoError, fail } from '../errors.ts';
import { positionIn, select } from '../planner/select.ts';
import { collation } from '../query/collation.ts';
import type { Collection } from '../storage/collection.ts';
import { show } from '../storage/secondary-index.ts';
import type { Stored } from '../storage/stored.ts';
import { compileUpdate, isOperatorUpdate } from '../update/update.ts';
import { upserted } from '../update/upsert.ts';
import { type Command, type Context, docField, letOf, listField, namespaceOf } from './command.ts';
import { refuseBadHint } from './hint.ts';

const maxBatch = 100_000;

/** Runs each write of a batch: in order up to the first failure, or all of them. */
function batch(command: Doc, writes: Doc[], write: (item: Doc, index: number) => void): Doc[] {
  if (writes.length === 0 || writes.length > maxBatch) {
    fail('InvalidLength', `Write batch sizes must be between 1 and ${maxBatch}. Got ${writes.length} operations.`);
  }
  const writeErrors: Doc[] = [];
  for (const [index, item] of writes.entries()) {
    try {
      write(item, index);
    } catch (error) {
      writeErrors.push(asMongoError(error).toWriteError(index));
      if (command.ordered !== false) break;
    }
  }
  return writeErrors;
}

function reply(counts: Doc, writeErrors: Doc[]): Doc {
  return { ...counts, ...(writeErrors.length > 0 && { writeErrors }), ok: 1 };
}

export const insert: Command = (command, context) => {
  const namespace = namespaceOf(command, context);
  const documents = listField(command, 'documents', true);
  let n = 0;
  const errors = batch(command, documents, (doc) => {
    context.store.getOrCreate(namespace).insert(withId(doc));
    n++;
  });
  return reply({ n }, errors);
};

/** `_id` first, made up where the client gave none. */
export function withId(doc: Doc): Doc {
  const id = doc._id;
  if (id === undefined) return { _id: new ObjectId(), ...doc };
  refuseBadId(id);
  if (Object.keys(doc)[0] === '_id') return doc;
  const { _id, ...rest } = doc;
  return { _id, ...rest };
}

export function refuseBadId(id: unknown): void {
  const type = typeOf(id);
  if (type === 'array' || type === 'regex' || type === 'undefined') {
    fail('InvalidIdField', `The '_id' value cannot be of type ${type}`);
  }
  const dollar = isDoc(id) && Object.keys(id).find((key) => key[0] === '$' && !['$ref', '$id', '$db'].includes(key));
  if (dollar)
    fail(
      'DollarPrefixedFieldName',
      `_id fields may not contain '$'-prefixed fields: ${dollar} is not valid for storage.`,
    );
}

export const update: Command = (command, context) => {
  const namespace = namespaceOf(command, context);
  const updates = listField(command, 'updates', true);
  let [n, nModified] = [0, 0];
  const upserts: Doc[] = [];
  const errors = batch(command, updates, (statement, index) => {
    const outcome = updateOne(statement, letOf(command), namespace, context);
    n += outcome.matched;
    nModified += outcome.modified;
    if (outcome.upserted) {
      n++;
      upserts.push({ index, _id: outcome.upserted.doc._id });
    }
  });
  return reply({ n, nModified, ...(upserts.length > 0 && { upserted: upserts }) }, errors);
};

interface Outcome {
  matched: number;
  modified: number;
  upserted?: Stored;
}

/** One statement of an update command. */
export function updateOne(statement: Doc, variables: Doc, namespace: string, { store }: Context): Outcome {
  const filter = docField(statement, 'q');
  const multi = statement.multi === true;
  if (multi && isDoc(statement.u) && !isOperatorUpdate(statement.u)) {
    fail('FailedToParse', 'multi update is not supported for replacement-style update');
  }
  if (multi && statement.sort) fail('FailedToParse', 'Cannot specify sort with multi=true');
  const apply = compileUpdate(statement.u, {
    arrayFilters: statement.arrayFilters as Doc[] | undefined,
    variables: { ...variables, ...docField(statement, 'c') },
    now: new Date(),
  });
  const collection = store.get(namespace);
  refuseBadHint(statement.hint, collection);
  const found = select(collection, {
    filter,
    sort: docField(statement, 'sort'),
    limit: multi ? 0 : 1,
    strings: collation(statement.collation),
    variables,
  });
  if (found.length === 0 && statement.upsert === true) {
    return {
      matched: 0,
      modified: 0,
      upserted: store.getOrCreate(namespace).insert(checked(upserted(filter, statement.u, apply))),
    };
  }
  let modified = 0;
  for (const stored of found) {
    if (
      change(collection!, stored, (doc) =>
        apply(doc, { position: needsPosition(statement.u) ? positionIn(doc, filter) : undefined }),
      ) !== stored
    )
      modified++;
  }
  return { matched: found.length, modified };
}

function checked(doc: Doc): Doc {
  refuseBadId(doc._id);
  return doc;
}

/** Puts the changed document in the old one's place, unless nothing changed. */
export function change(collection: Collection, stored: Stored, apply: (doc: Doc) => Doc): Stored {
  const before = stored.doc;
  const doc = apply(before);
  return doc === before ? stored : collection.replace(stored, doc);
}

/** Whether any path of an update has the positional `$`. */
export function needsPosition(update: unknown): boolean {
  if (!isDoc(update)) return false;
  return Object.values(update).some(
    (fields) => isDoc(fields) && Object.keys(fields).some((path) => path.split('.').includes('$')),
  );
}

export const remove: Command = (command, context) => {
  const namespace = namespaceOf(command, context);
  const deletes = listField(command, 'deletes', true);
  let n = 0;
  const errors = batch(command, deletes, (statement) => {
    const limit = toInteger(statement.limit);
    if (limit !== 0 && limit !== 1) {
      fail('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${show(statement.limit)}`);
    }
    n += deleteMatching(statement, letOf(command), limit, context.store.get(namespace));
  });
  return reply({ n }, errors);
};

/** One statement of a delete command; returns how many documents went. */
export function deleteMatching(
  statement: Doc,
  variables: Doc,
  limit: number,
  collection: Collection | undefined,
): number {
  refuseBadHint(statement.hint, collection);
  const found = select(collection, {
    filter: docField(statement, 'q'),
    limit,
    strings: collation(statement.collation),
    variables,
  });
  for (const stored of found) collection!.remove(stored);
  return found.length;
}

import type { Long } from 'bson';
import { type Doc, encode } from '../bson/codec.ts';
import { equal } from '../bson/compare.ts';
import { keyString } from '../bson/key-string.ts';
import { toNumber } from '../bson/numbers.ts';
import { pick } from '../bson/splice.ts';
import { typeOf } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { positionIn, type Selection, select } from '../planner/select.ts';
import { collation } from '../query/collation.ts';
import { absent, keysAt } from '../query/path.ts';
import { compileProjection, type Project } from '../query/projection.ts';
import type { Stored } from '../storage/stored.ts';
import { type Command, checkedNamespace, collectionOf, countField, docField, letOf, namespaceOf } from './command.ts';
import { refuseBadHint } from './hint.ts';

export const find: Command = (command, context) => {
  const namespace = namespaceOf(command, context);
  const collection = context.store.get(namespace);
  const filter = docField(command, 'filter');
  const project = compileProjection(docField(command, 'projection'));
  refuseBadHint(command.hint, collection);
  const rawLimit = command.limit === undefined ? 0 : toNumber(command.limit);
  const found = select(collection, {
    ...selectionOf(command),
    filter,
    sort: docField(command, 'sort'),
    limit: Math.abs(rawLimit),
  });
  const positional = project && Object.keys(docField(command, 'projection')).some((path) => path.endsWith('.$'));
  function* results() {
    for (const stored of found) yield projected(stored, project, positional ? filter : undefined);
  }
  return context.cursors.open(namespace, results(), {
    batchSize: countField(command, 'batchSize'),
    singleBatch: command.singleBatch === true || rawLimit < 0,
  });
};

function projected(stored: Stored, project: Project | undefined, positional: Doc | undefined): Uint8Array {
  if (!project) return stored.bytes;
  const picked = project.fields && pick(project.fields, stored.bytes);
  return picked ?? encode(project(stored.doc, positional && positionIn(stored.doc, positional)));
}

function selectionOf(command: Doc): Omit<Selection, 'filter'> {
  return {
    skip: countField(command, 'skip'),
    strings: collation(command.collation),
    variables: letOf(command),
  };
}

export const getMore: Command = (command, { cursors, database }) => {
  const id = command.getMore as Long;
  if (!['long', 'int'].includes(typeOf(id)))
    fail('TypeMismatch', `BSON field 'getMore.getMore' is the wrong type '${typeOf(id)}', expected type 'long'`);
  return cursors.more(
    BigInt(String(id)),
    checkedNamespace(database, String(command.collection)),
    countField(command, 'batchSize'),
  );
};

export const killCursors: Command = (command, { cursors }) => {
  const ids = (command.cursors ?? []) as Long[];
  const cursorsKilled = ids.filter((id) => cursors.kill(BigInt(String(id))));
  const cursorsNotFound = ids.filter((id) => !cursorsKilled.includes(id));
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [], ok: 1 };
};

export const count: Command = (command, context) => {
  const collection = collectionOf(command, context);
  const filter = docField(command, 'query');
  refuseBadHint(command.hint, collection);
  const skip = countField(command, 'skip') ?? 0;
  const limit = Math.abs(toNumber(command.limit ?? 0));
  const all = Object.keys(filter).length === 0;
  const matching = all
    ? (collection?.documents.size ?? 0)
    : select(collection, { ...selectionOf(command), skip: 0, filter }).length;
  const rest = Math.max(0, matching - skip);
  return { n: limit > 0 ? Math.min(limit, rest) : rest, ok: 1 };
};

export const distinct: Command = (command, context) => {
  const collection = collectionOf(command, context);
  const key = command.key;
  if (typeof key !== 'string')
    fail('TypeMismatch', `BSON field 'distinct.key' is the wrong type '${typeOf(key)}', expected type 'string'`);
  refuseBadHint(command.hint, collection);
  const strings = collation(command.collation);
  const values = new Map<string, unknown>();
  for (const { doc } of select(collection, { filter: docField(command, 'query'), strings })) {
    for (const value of keysAt(doc, key.split('.'), absent))
      if (value !== absent && value !== undefined) values.set(keyString(value), value);
  }
  const result = [...values.values()];
  const merged = strings
    ? result.filter((value, i) => result.findIndex((other) => equal(value, other, strings)) === i)
    : result;
  return { values: merged, ok: 1 };
};

import { type Doc, isDoc } from '../bson/codec.ts';
import { toInteger } from '../bson/numbers.ts';
import { asMongoError, fail } from '../errors.ts';
import { type Command, type Context, checkedNamespace, letOf, listField } from './command.ts';
import { encoded } from './cursors.ts';
import { deleteMatching, updateOne, withId } from './write.ts';

interface Counts {
  nInserted: number;
  nMatched: number;
  nModified: number;
  nUpserted: number;
  nDeleted: number;
}

/** MongoDB 8's bulkWrite: writes of all kinds on several namespaces, with one result each. */
export const bulkWrite: Command = (command, context) => {
  if (context.database !== 'admin') fail('Unauthorized', 'bulkWrite may only be run against the admin database.');
  const ops = listField(command, 'ops', true);
  const namespaces = listField(command, 'nsInfo', true).map(({ ns }) => namespaceOf(String(ns)));
  const counts: Counts = { nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const results: Doc[] = [];
  let nErrors = 0;
  for (const [idx, op] of ops.entries()) {
    try {
      const result = write(op, namespaces, letOf(command), context, counts);
      if (command.errorsOnly !== true) results.push({ ok: 1, idx, ...result });
    } catch (error) {
      nErrors++;
      const { index: _, ...details } = asMongoError(error).toWriteError(idx);
      results.push({ ok: 0, idx, ...details, n: 0 });
      if (command.ordered !== false) break;
    }
  }
  const batchSize = isDoc(command.cursor) ? toInteger(command.cursor.batchSize) : undefined;
  const options = { batchSize: batchSize ?? Number.MAX_SAFE_INTEGER };
  const reply = context.cursors.open('admin.$cmd.bulkWrite', encoded(results), options);
  return { ...reply, nErrors, ...counts, ok: 1 };
};

function namespaceOf(namespace: string): string {
  const dot = namespace.indexOf('.');
  if (dot <= 0) fail('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
  return checkedNamespace(namespace.slice(0, dot), namespace.slice(dot + 1));
}

function write(op: Doc, namespaces: string[], variables: Doc, context: Context, counts: Counts): Doc {
  const kind = Object.keys(op)[0] ?? '';
  const namespace = namespaces[toInteger(op[kind]) ?? -1];
  if (namespace === undefined) fail('BadValue', `BulkWrite ops entry ${String(op[kind])} has an invalid nsInfo index.`);
  if (kind === 'insert') {
    context.store.getOrCreate(namespace).insert(withId(op.document as Doc));
    counts.nInserted++;
    return { n: 1 };
  }
  if (kind === 'delete') {
    const n = deleteMatching(
      { ...op, q: op.filter },
      variables,
      op.multi === true ? 0 : 1,
      context.store.get(namespace),
    );
    counts.nDeleted += n;
    return { n };
  }
  if (kind !== 'update') fail('FailedToParse', `Unrecognized bulkWrite op type: ${kind}`);
  const statement = { ...op, q: op.filter, u: op.updateMods, c: op.constants };
  const { matched, modified, upserted } = updateOne(statement, variables, namespace, context);
  counts.nMatched += matched;
  counts.nModified += modified;
  if (!upserted) return { n: matched, nModified: modified };
  counts.nUpserted++;
  return { n: 1, nModified: 0, upserted: { _id: upserted.doc._id } };
}

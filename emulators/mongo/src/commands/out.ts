import { runPipeline } from '../aggregate/run.ts';
import { type Doc, isDoc } from '../bson/codec.ts';
import { identical } from '../bson/compare.ts';
import { keyString } from '../bson/key-string.ts';
import { fail } from '../errors.ts';
import { select } from '../planner/select.ts';
import type { Collection } from '../storage/collection.ts';
import { duplicateKey } from '../storage/secondary-index.ts';
import { type Context, checkedNamespace } from './command.ts';
import { withId } from './write.ts';

/** `$out` and `$merge`: results go into a collection instead of to the client. */
export function writeStage(stage: Doc, results: Doc[], context: Context): void {
  if ('$out' in stage) out(stage.$out, results, context);
  else merge(stage.$merge, results, context);
}

function out(target: unknown, results: Doc[], context: Context): void {
  const namespace = targetOf(target, context);
  const documents = results.map(withId);
  const old = context.store.get(namespace);
  const seen = new Set<string>();
  for (const { _id } of documents) {
    if (seen.has(keyString(_id))) duplicateKey(namespace, '_id_', { _id: 1 }, { _id });
    seen.add(keyString(_id));
  }
  const collection = old ?? context.store.create(namespace, {});
  for (const stored of [...collection.documents.values()]) collection.remove(stored);
  for (const doc of documents) collection.insert(doc);
}

function targetOf(target: unknown, context: Context): string {
  if (typeof target === 'string') return checkedNamespace(context.database, target);
  if (!isDoc(target)) fail(16990, '$out only supports a string or object argument');
  return checkedNamespace(String(target.db ?? context.database), String(target.coll));
}

function merge(spec: unknown, results: Doc[], context: Context): void {
  const options =
    typeof spec === 'string'
      ? { into: spec }
      : isDoc(spec)
        ? spec
        : fail(51182, '$merge requires a string or object argument');
  const namespace = targetOf(options.into, context);
  const on = ([options.on ?? '_id'] as unknown[]).flat().map(String);
  const collection = context.store.getOrCreate(namespace);
  refuseAmbiguous(collection, on);
  for (const result of results) {
    const doc = on.includes('_id') ? withId(result) : result;
    const filter = Object.fromEntries(on.map((key) => [key, doc[key] ?? null]));
    const [match] = select(collection, { filter, limit: 1 });
    if (match) {
      const before = match.doc;
      const merged = matched(options.whenMatched ?? 'merge', before, doc, options, namespace);
      if (!identical(merged, before)) collection.replace(match, merged);
    } else notMatched(options.whenNotMatched ?? 'insert', collection, doc);
  }
}

/** The fields to match on must identify one document. */
function refuseAmbiguous(collection: Collection, on: string[]): void {
  const unique = collection.indexSpecs().some((spec) => {
    const keys = Object.keys(spec.key);
    return (spec.unique || spec.name === '_id_') && keys.length === on.length && keys.every((key) => on.includes(key));
  });
  if (!unique) fail(51183, 'Cannot find index to verify that join fields will be unique');
}

function matched(action: unknown, before: Doc, result: Doc, options: Doc, namespace: string): Doc {
  if (Array.isArray(action)) {
    const variables = { new: result, ...(isDoc(options.let) ? options.let : {}) };
    return runPipeline([before], action as Doc[], { variables, now: new Date() })[0] ?? before;
  }
  switch (action) {
    case 'merge':
      return { ...before, ...result, _id: before._id };
    case 'replace':
      return { ...result, _id: before._id };
    case 'keepExisting':
      return before;
    case 'fail':
      return duplicateKey(namespace, '_id_', { _id: 1 }, { _id: before._id });
    default:
      return fail(
        'BadValue',
        `Enumeration value '${String(action)}' for field '$merge.whenMatched' is not a valid value.`,
      );
  }
}

function notMatched(action: unknown, collection: Collection, doc: Doc): void {
  if (action === 'insert') collection.insert(withId(doc));
  else if (action === 'fail')
    fail(
      13113,
      '$merge could not find a matching document in the target collection for at least one document in the source collection',
    );
  else if (action !== 'discard')
    fail('BadValue', `Enumeration value '${String(action)}' for field '$merge.whenNotMatched' is not a valid value.`);
}

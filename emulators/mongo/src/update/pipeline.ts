import { runPipeline } from '../aggregate/run.ts';
import { type Doc, plain } from '../bson/codec.ts';
import { identical } from '../bson/compare.ts';
import { fail } from '../errors.ts';
import type { Update, UpdateOptions } from './compiled.ts';
import { replaced } from './replacement.ts';

const stages = ['$addFields', '$set', '$project', '$unset', '$replaceRoot', '$replaceWith'];

/** An update by aggregation stages; only those that work on one document at a time. */
export function pipelineUpdate(pipeline: Doc[], { variables, now }: UpdateOptions): Update {
  for (const stage of pipeline) {
    const name = Object.keys(stage)[0] ?? '';
    if (!stages.includes(name)) {
      fail('InvalidOptions', `${name} is not allowed to be used within an update`);
    }
  }
  return (doc) => {
    const [result = {}] = runPipeline([doc], pipeline, { variables, now });
    const updated = replaced(doc, keepTypes(doc, result));
    return identical(updated, doc) ? doc : updated;
  };
}

/** Fields the pipeline didn't change keep their stored types, which expressions don't tell apart. */
function keepTypes(before: Doc, after: Doc): Doc {
  const kept: Doc = {};
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    kept[key] = old !== undefined && sameButForType(old, value) ? old : value;
  }
  return kept;
}

function sameButForType(a: unknown, b: unknown): boolean {
  return typeof a === 'object' && a !== null && identical(plain(a), plain(b));
}

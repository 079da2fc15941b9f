import { checkPipeline, runPipeline } from '../aggregate/run.ts';
import { type Doc, isDoc } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import { select } from '../planner/select.ts';
import { collation } from '../query/collation.ts';
import { type Command, type Context, checkedNamespace, countField, docField, letOf, listField } from './command.ts';
import { encoded } from './cursors.ts';
import { refuseBadHint } from './hint.ts';
import { writeStage } from './out.ts';

export const aggregate: Command = (command, context) => {
  const target = command.aggregate;
  if (typeof target !== 'string' && target !== 1)
    fail('TypeMismatch', `Invalid command format: the 'aggregate' field must specify a collection name or 1`);
  const pipeline = listField(command, 'pipeline', true);
  if (!isDoc(command.cursor) && command.explain !== true)
    fail('FailedToParse', "The 'cursor' option is required, except for aggregate with the explain argument");
  const namespace =
    typeof target === 'string' ? checkedNamespace(context.database, target) : `${context.database}.$cmd.aggregate`;
  checkPipeline(pipeline);
  const output = pipeline.findIndex((stage) => '$out' in stage || '$merge' in stage);
  if (output >= 0 && output < pipeline.length - 1) {
    fail(40601, `${Object.keys(pipeline[output]!)[0]} can only be the final stage in the pipeline`);
  }
  const results = run(command, output < 0 ? pipeline : pipeline.slice(0, -1), namespace, context);
  if (output >= 0) writeStage(pipeline[output]!, results, context);
  return context.cursors.open(namespace, output >= 0 ? [] : encoded(results), {
    batchSize: countField(docField(command, 'cursor'), 'batchSize'),
  });
};

/** Leading `$match`, `$sort`, `$skip` and `$limit` are a query, which indexes help; the rest is a pipeline. */
function run(command: Doc, pipeline: Doc[], namespace: string, context: Context): Doc[] {
  const variables = letOf(command);
  const collection = context.store.get(namespace);
  refuseBadHint(command.hint, collection);
  const rest = [...pipeline];
  const match = rest[0] && '$match' in rest[0] ? rest.shift()!.$match : {};
  if (!isDoc(match)) fail(15959, 'the match filter must be an expression in an object');
  const sort = rest[0] && '$sort' in rest[0] && isDoc(rest[0].$sort) ? (rest.shift()!.$sort as Doc) : undefined;
  const limit =
    rest[0] && typeof rest[0].$limit === 'number' && rest[0].$limit > 0 ? (rest.shift()!.$limit as number) : 0;
  const strings = collation(command.collation);
  const found = select(collection, { filter: match, sort, limit, strings, variables });
  const documents = found.map((stored) => stored.doc);
  if (rest.length === 0) return documents;
  return runPipeline(documents, rest, {
    variables,
    now: new Date(),
    collection: (name) =>
      [...(context.store.get(`${context.database}.${name}`)?.documents.values() ?? [])].map((stored) => stored.doc),
  });
}

import { Aggregator } from 'mingo/aggregator';
import { Context } from 'mingo/core';
import type { Options } from 'mingo/types';
import { type Doc, plain } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import { operators, translate } from '../query/expression.ts';
import { stageOverrides } from './stages.ts';

export interface PipelineContext {
  variables?: Doc | undefined;
  now: Date;
  /** The documents of another collection of the database, for `$lookup`, `$unionWith` and `$graphLookup`. */
  collection?(name: string): Doc[];
}

const context = Context.init({
  ...operators,
  pipeline: { ...operators.pipeline, ...stageOverrides },
} as typeof operators);

/** Runs aggregation stages over documents, which stay as they are. */
export function runPipeline(
  documents: Iterable<Doc>,
  pipeline: Doc[],
  { variables, collection }: PipelineContext,
): Doc[] {
  for (const stage of pipeline) checkStage(stage);
  const options: Partial<Options> = {
    context,
    scriptEnabled: false,
    ...(variables && { variables: plain(variables) as Doc }),
    ...(collection && { collectionResolver: (name: string) => collection(name).map((doc) => plain(doc) as Doc) }),
  };
  try {
    const input = Array.from(documents, (doc) => plain(doc) as Doc);
    return new Aggregator(
      pipeline.map((stage) => readyStage(stage)),
      options,
    ).run(input as never) as Doc[];
  } catch (error) {
    throw translate(error);
  }
}

/** `$match` and `$sort` are ours and take values as they are; all other stages are mingo's. */
function readyStage(stage: Doc): Doc {
  const name = Object.keys(stage)[0]!;
  return name in stageOverrides ? stage : (plain(stage) as Doc);
}

function checkStage(stage: unknown): void {
  if (typeof stage !== 'object' || stage === null || Array.isArray(stage))
    fail('TypeMismatch', "Each element of the 'pipeline' array must be an object");
  const names = Object.keys(stage);
  if (names.length !== 1) fail(40323, 'A pipeline stage specification object must contain exactly one field.');
  const known = { ...operators.pipeline, ...stageOverrides } as Doc;
  if (!(names[0]! in known)) fail(40324, `Unrecognized pipeline stage name: '${names[0]}'`);
}

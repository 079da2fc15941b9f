import { Aggregator } from 'mingo/aggregator';
import { Context } from 'mingo/core';
import type { Options } from 'mingo/types';
import { type Doc, plain } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import { operators, translate } from '../query/expression.ts';
import type { PipelineContext } from './context.ts';
import { stageOverrides } from './stages.ts';

/** Runs aggregation stages over documents, which stay as they are. */
export function runPipeline(documents: Iterable<Doc>, pipeline: Doc[], pipelineContext: PipelineContext): Doc[] {
  checkPipeline(pipeline);
  const { variables, collection } = pipelineContext;
  const options: Partial<Options> = {
    context: Context.init({
      ...operators,
      pipeline: { ...operators.pipeline, ...stageOverrides(pipelineContext, runPipeline) },
    } as typeof operators),
    scriptEnabled: false,
    ...(variables && { variables: plain(variables) as Doc }),
    ...(collection && { collectionResolver: (name: string) => collection(name).map((doc) => plain(doc) as Doc) }),
  };
  try {
    const input = Array.from(documents, (doc) => plain(doc) as Doc);
    return new Aggregator(pipeline.map(readyStage), options).run(input as never) as Doc[];
  } catch (error) {
    throw translate(error);
  }
}

/** Queries take values as they are, expressions as mingo knows them. */
function readyStage(stage: Doc): Doc {
  return '$match' in stage || '$lookup' in stage || '$facet' in stage ? stage : (plain(stage) as Doc);
}

/** Refuses what is no pipeline, before any of it is run. */
export function checkPipeline(pipeline: Doc[]): void {
  for (const stage of pipeline) checkStage(stage);
}

function checkStage(stage: unknown): void {
  if (typeof stage !== 'object' || stage === null || Array.isArray(stage))
    fail('TypeMismatch', "Each element of the 'pipeline' array must be an object");
  const names = Object.keys(stage);
  if (names.length !== 1) fail(40323, 'A pipeline stage specification object must contain exactly one field.');
  if (!Object.hasOwn(operators.pipeline!, names[0]!)) fail(40324, `Unrecognized pipeline stage name: '${names[0]}'`);
}

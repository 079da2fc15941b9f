import { setTimeout as pause } from 'node:timers/promises';
import {
  createEvent,
  type EventDefinition,
  type Fact,
  type OrderflowEvent,
  parseEvent,
  requireSource,
} from '@orderflow/contracts';
import type { Aggregates, Loaded } from './aggregate.ts';
import type { Decision, Flag } from './decision.ts';
import { classify, NotYetError, PermanentError, TransientError } from './errors.ts';
import type { AnyHandler, HandlerContext } from './handler.ts';
import { type FailedTry, type HandlingRecord, notingCalls, type OutsideCall } from './handling-record.ts';
import type { Logger } from './log.ts';
import type { Turn, Turns } from './turns.ts';

/** All that the pipeline of one event needs. */
export interface EventPipeline<State> {
  readonly worker: string;
  readonly region: string;
  readonly heard: ReadonlyMap<string, EventDefinition>;
  readonly handlers: ReadonlyMap<string, AnyHandler<State>>;
  readonly aggregates: Aggregates<State>;
  /** The event was handled before, perhaps by somebody else while this delivery was at it. */
  readonly onRepeated?: ((id: string, loaded: Loaded<State>) => Promise<void>) | undefined;
  readonly publish: (events: readonly OrderflowEvent[]) => Promise<void>;
  /** Without them the handlings of an aggregate do not wait for each other. */
  readonly turns?: Turns;
  readonly timeoutMs: number;
  readonly log: Logger;
  readonly now: () => Date;
}

type PipelineDeps = Omit<EventPipeline<unknown>, 'handlers' | 'aggregates' | 'onRepeated'>;
type Handle<State> = Exclude<AnyHandler<State>, { project: unknown }>;
/** A delivery as it is tried here. */
type Given = DeliveryContext &
  Pick<HandlerContext, 'signal' | 'notes'> & { readonly abort: AbortController; readonly started: number };

/** What is known of the message beside its body. */
export interface DeliveryContext {
  readonly attempt: number;
  /** An earlier delivery of it was tried. */
  readonly triedBefore: boolean;
  /** That delivery ended without a pause since: whoever had it may still be at it. */
  readonly cutOff?: boolean;
  /** The worker that published it, as the broker vouches for it. */
  readonly publisher: string | undefined;
  /** The tries before this one that failed. */
  readonly failures: readonly FailedTry[];
  /** Where the outside calls of this try are noted. */
  readonly calls: OutsideCall[];
  /** The trace that the outgoing facts belong to, given the event's own. */
  traceparent(event: OrderflowEvent): string | undefined;
}

export type Result = 'handled' | 'repeated' | 'ignored';

/** What became of an event: why nothing changed, or what was published. */
interface Outcome {
  readonly result: Result;
  readonly reason?: string;
  readonly said?: readonly OrderflowEvent[];
}

/** Somebody else changed the aggregate so often while we decided that we let the queue try again later. */
const MAX_ROUNDS = 10;

/**
 * The pipeline of one event: parse and validate, see whose word it is and whether it was handled, handle, commit the change,
 * the mark and the outgoing facts in one write, publish. When this returns, the message may be acknowledged. A crash
 * anywhere leaves it unacknowledged; then the broker redelivers it and the pipeline resumes from what is stored.
 * @throws InvalidEventError | PermanentError to be dead-lettered; anything else is retried
 */
export async function processMessage<State>(
  pipeline: EventPipeline<State>,
  body: Buffer,
  given: DeliveryContext,
): Promise<Outcome & { event: OrderflowEvent }> {
  const event: OrderflowEvent = parseEvent(body, pipeline.heard);
  requireSource(event, pipeline.heard.get(event.type) as EventDefinition, given.publisher);
  const handler = pipeline.handlers.get(event.type) as AnyHandler<State>;
  // Its span begins here, so that it times the handler and is there when that fails.
  given.traceparent(event);
  const abort = new AbortController();
  const notes = new Map<string, string>();
  const delivery: Given = { ...given, abort, signal: abort.signal, notes, started: performance.now() };

  if (typeof handler !== 'function') {
    await withTimeout(pipeline, abort, handler.project(event, contextFor(pipeline, event, delivery, 0)));
    return { event, result: 'handled' };
  }
  const turn = await pipeline.turns?.take(event.subject);
  try {
    return { event, ...(await handleInTurn(pipeline, { event, handler, delivery, turn })) };
  } finally {
    turn?.end();
  }
}

async function handleInTurn<State>(
  pipeline: EventPipeline<State>,
  {
    event,
    handler,
    delivery,
    turn,
  }: { event: OrderflowEvent; handler: Handle<State>; delivery: Given; turn: Turn | undefined },
): Promise<Outcome> {
  const soonEnough = patienceOf(turn, delivery);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const current = await pipeline.aggregates.load(event.subject, event.id);
    if (current?.said) {
      await pipeline.onRepeated?.(event.subject, current);
      turn?.end();
      await pipeline.publish(current.said);
      return { result: 'repeated' };
    }

    const context = contextFor(pipeline, event, delivery, round);
    const decision = await notingCalls(delivery.calls, async () =>
      withTimeout(pipeline, delivery.abort, handler(event, current?.state ?? null, context)),
    )
      .then(unlessFlagged)
      .catch(async (error) => {
        if (classify(error) === 'permanent' && (await hasMoved(pipeline, event, current)))
          return 'decide again' as const;
        throw error;
      });
    if (decision === 'decide again') continue;
    const commit = { id: event.subject, from: current, eventId: event.id };
    switch (decision.kind) {
      case 'wait':
        if (!(await soonEnough())) throw new NotYetError(decision.reason);
        break;
      case 'checkpoint':
        await pipeline.aggregates.checkpoint({ ...commit, to: decision.state, at: context.now });
        break;
      case 'ignore': {
        const { reason, unexpected } = decision;
        if (unexpected)
          pipeline.log.warn({ orderId: event.subject, eventId: event.id, type: event.type, reason }, 'unexpected');
        const record = recordOf(event, context, delivery, reason);
        // Where there is no document there is nothing to mark, and nothing that could have moved.
        if (current === null || (await pipeline.aggregates.ignore({ ...commit, from: current, record }))) {
          return { result: 'ignored', reason };
        }
        break;
      }
      case 'change': {
        const say = eventsFrom(decision.say, pipeline, event, delivery);
        const record = recordOf(event, context, delivery);
        if (await pipeline.aggregates.commit({ ...commit, to: decision.state, say, record })) {
          turn?.end();
          await pipeline.publish(say);
          return { result: 'handled', said: say };
        }
        break;
      }
      default:
        decision satisfies never;
        // A handler whose types were lost on the way here: acknowledging its event would lose it.
        throw new PermanentError(`The handler of ${event.type} returned no decision`);
    }
  }
  throw new Error(`The aggregate ${event.subject} changed ${MAX_ROUNDS} times while ${event.type} was being handled`);
}

/** A provider's report, or another worker, may be a moment faster than what is being stored here or by another replica. */
const MOMENT_MS = 50;

/**
 * For an event that depends on one that is still under way: a retry queue takes a second at least, so the others that are under
 * way in this process are waited for first, then once for a moment. No longer where somebody
 * outside was asked: that can wait.
 * @returns whether to decide again; false: it is the queue's to try again later
 */
function patienceOf(turn: Turn | undefined, { attempt, calls }: DeliveryContext): () => Promise<boolean> {
  let moments = turn && attempt === 1 ? 1 : 0;
  let others = turn;
  return async () => {
    const waited = await others?.letOthersGo();
    others = undefined;
    if (waited) return true;
    if (moments-- <= 0 || calls.length > 0) return false;
    await pause(MOMENT_MS);
    return true;
  };
}

/** A flagged event is dead-lettered. */
function unlessFlagged<State, Said>(decision: Decision<State, Said>): Exclude<Decision<State, Said>, Flag> {
  if (decision.kind === 'flag') throw new PermanentError(decision.reason);
  return decision;
}

/** A permanent error from a stale revision is discarded: the event is decided on again. */
async function hasMoved<State>(
  pipeline: EventPipeline<State>,
  { subject }: OrderflowEvent,
  from: Loaded<State> | null,
) {
  const now = await pipeline.aggregates.load(subject);
  return now?.revision !== from?.revision;
}

function recordOf(
  { type }: OrderflowEvent,
  context: HandlerContext,
  { calls, failures, attempt, started }: Given,
  ignored?: string,
): HandlingRecord {
  return {
    type,
    at: context.now,
    ms: Math.round((performance.now() - started) * 10) / 10,
    attempt,
    ...(ignored === undefined ? {} : { ignored: ignored.slice(0, 200) }),
    ...(calls.length > 0 ? { calls: [...calls] } : {}),
    ...(failures.length > 0 ? { failures } : {}),
  };
}

function contextFor(
  pipeline: PipelineDeps,
  event: OrderflowEvent,
  { attempt, triedBefore, cutOff, signal, notes }: DeliveryContext & Pick<HandlerContext, 'signal' | 'notes'>,
  round: number,
): HandlerContext {
  const fields = { orderId: event.subject, eventId: event.id, type: event.type, attempt };
  let log: Logger | undefined;
  return {
    attempt,
    triedBefore: triedBefore || round > 0,
    lastTry: !triedBefore ? 'none' : cutOff ? 'cut off' : 'put aside',
    notes,
    now: pipeline.now(),
    signal,
    // A child logger costs more than the rest of the pipeline, and most handlers say nothing.
    get log() {
      log ??= pipeline.log.child(fields);
      return log;
    },
  };
}

function eventsFrom(
  say: readonly Fact[],
  pipeline: PipelineDeps,
  cause: OrderflowEvent,
  given: DeliveryContext,
): OrderflowEvent[] {
  const traceparent = given.traceparent(cause);
  return say.map((fact) =>
    createEvent(fact, {
      source: `/${pipeline.worker}`,
      subject: cause.subject,
      time: pipeline.now(),
      region: pipeline.region,
      causationid: cause.id,
      ...(traceparent === undefined ? {} : { traceparent }),
    }),
  );
}

/**
 * A handler that hangs must not hold its message for ever. Each call outside has a limit of its own that says who did
 * not answer; this one says only that all of it took too long.
 */
function withTimeout<T>(pipeline: PipelineDeps, abort: AbortController, work: Promise<T> | T): Promise<T> | T {
  if (!(work instanceof Promise)) return work;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      abort.abort();
      reject(new TransientError(`the handler took longer than ${pipeline.timeoutMs} ms`));
    }, pipeline.timeoutMs);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

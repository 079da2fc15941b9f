import {
  createEvent,
  type EventDefinition,
  type Fact,
  type OrderflowEvent,
  parseEvent,
  requireSource,
} from '@orderflow/contracts';
import type { Aggregates, Loaded } from './aggregate.ts';
import { classify, TransientError } from './errors.ts';
import type { AnyHandler, HandlerContext } from './handler.ts';
import { type FailedTry, type Hop, notingCalls, type OutsideCall } from './hops.ts';
import type { Logger } from './log.ts';

/** All that the walk of one event needs. */
export interface Walk<State> {
  readonly worker: string;
  readonly region: string;
  readonly heard: ReadonlyMap<string, EventDefinition>;
  readonly handlers: ReadonlyMap<string, AnyHandler<State>>;
  readonly aggregates: Aggregates<State>;
  readonly publish: (events: readonly OrderflowEvent[]) => Promise<void>;
  readonly timeoutMs: number;
  readonly log: Logger;
  readonly now: () => Date;
}

type Surroundings = Omit<Walk<unknown>, 'handlers' | 'aggregates'>;

/** What is known of the message beside its body. */
export interface Circumstances {
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

/** Somebody else changed the aggregate so often while we decided that we let the queue try again later. */
const MAX_ROUNDS = 10;

/**
 * The walk of one event: parse and validate, see whose word it is and whether it was handled, handle, commit the change,
 * the mark and the outgoing facts in one write, publish. When this returns, the message may be acknowledged. A crash
 * anywhere leaves it unacknowledged; then the broker redelivers it and the walk resumes from what is stored.
 * @throws InvalidEventError | PermanentError to be dead-lettered; anything else is retried
 */
export async function processMessage<State>(
  walk: Walk<State>,
  body: Buffer,
  given: Circumstances,
): Promise<{ event: OrderflowEvent; result: Result }> {
  const event: OrderflowEvent = parseEvent(body, walk.heard);
  requireSource(event, walk.heard.get(event.type) as EventDefinition, given.publisher);
  const handler = walk.handlers.get(event.type) as AnyHandler<State>;
  const abort = new AbortController();
  const started = performance.now();
  const delivery = { ...given, signal: abort.signal, notes: new Map<string, string>() };

  if (typeof handler !== 'function') {
    await inTime(walk, abort, handler.project(event, contextFor(walk, event, delivery, 0)));
    return { event, result: 'handled' };
  }

  for (let round = 0; round < MAX_ROUNDS; round++) {
    const current = await walk.aggregates.load(event.subject, event.id);
    if (current?.said) {
      await walk.publish(current.said);
      return { event, result: 'repeated' };
    }

    const context = contextFor(walk, event, delivery, round);
    const outcome = await notingCalls(given.calls, async () =>
      inTime(walk, abort, handler(event, current?.state ?? null, context)),
    ).catch(async (error) => {
      if (classify(error) === 'permanent' && (await hasMoved(walk, event, current))) return 'decide anew' as const;
      throw error;
    });
    if (outcome === 'decide anew') continue;
    if ('ignored' in outcome) {
      walk.log.debug({ orderId: event.subject, eventId: event.id, reason: outcome.ignored }, 'ignored');
      const hop = hopOf(event, context, given, started, outcome.ignored);
      // Where there is no document there is nothing to mark, and nothing that could have moved.
      if (current && !(await walk.aggregates.ignore({ id: event.subject, from: current, eventId: event.id, hop })))
        continue;
      return { event, result: 'ignored' };
    }

    const say = eventsFrom(outcome.say ?? [], walk, event, given);
    const hop = hopOf(event, context, given, started);
    const commit = { id: event.subject, from: current, to: outcome.state, eventId: event.id, say, hop };
    if (await walk.aggregates.commit(commit)) {
      await walk.publish(say);
      return { event, result: 'handled' };
    }
  }
  throw new Error(`The aggregate ${event.subject} changed ${MAX_ROUNDS} times while ${event.type} was being handled`);
}

/** What is hopeless in a state that has changed meanwhile may have been done by whoever changed it. */
async function hasMoved<State>(walk: Walk<State>, { subject }: OrderflowEvent, from: Loaded<State> | null) {
  const now = await walk.aggregates.load(subject);
  return now?.revision !== from?.revision;
}

function hopOf(
  { type }: OrderflowEvent,
  context: HandlerContext,
  given: Circumstances,
  started: number,
  ignored?: string,
): Hop {
  const { calls, failures, attempt } = given;
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
  walk: Surroundings,
  event: OrderflowEvent,
  { attempt, triedBefore, cutOff, signal, notes }: Circumstances & Pick<HandlerContext, 'signal' | 'notes'>,
  round: number,
): HandlerContext {
  const fields = { orderId: event.subject, eventId: event.id, type: event.type, attempt };
  let log: Logger | undefined;
  return {
    attempt,
    triedBefore: triedBefore || round > 0,
    lastTry: !triedBefore ? 'none' : cutOff ? 'cut off' : 'put aside',
    notes,
    now: walk.now(),
    signal,
    // A child logger costs more than the rest of the walk, and most handlers say nothing.
    get log() {
      log ??= walk.log.child(fields);
      return log;
    },
  };
}

function eventsFrom(
  say: readonly Fact[],
  walk: Surroundings,
  cause: OrderflowEvent,
  given: Circumstances,
): OrderflowEvent[] {
  const traceparent = given.traceparent(cause);
  return say.map((fact) =>
    createEvent(fact, {
      source: `/${walk.worker}`,
      subject: cause.subject,
      time: walk.now(),
      region: walk.region,
      causationid: cause.id,
      ...(traceparent === undefined ? {} : { traceparent }),
    }),
  );
}

/**
 * A handler that hangs must not hold its message for ever. Each call outside has a limit of its own that says who did
 * not answer; this one says only that all of it took too long.
 */
function inTime<T>(walk: Surroundings, abort: AbortController, work: Promise<T> | T): Promise<T> | T {
  if (!(work instanceof Promise)) return work;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      abort.abort();
      reject(new TransientError(`the handler took longer than ${walk.timeoutMs} ms`));
    }, walk.timeoutMs);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

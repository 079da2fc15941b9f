import {
  type EventDefinition,
  InvalidEventError,
  type OrderflowEvent,
  type WorkerDefinition,
} from '@orderflow/contracts';
import {
  createLog,
  DeadlinePassed,
  DependencyError,
  deadlinePassedOf,
  type EventPipeline,
  errorMessage,
  type Logger,
  PermanentError,
  processMessage,
  type WorkerParts,
} from '@orderflow/runtime';
import { deadlineEvent, onlyIfStillDue } from '@orderflow/runtime/testing';
import type { Broker, Message } from './broker.ts';
import { gated, type Plan, type Run, startRun } from './run.ts';

/** As configured by default. */
const RETRY_DELAYS_MS = [1_000, 5_000, 30_000, 300_000];
const MAX_ATTEMPTS = 12;
const HANDLER_TIMEOUT_MS = 30_000;
const LEASE_MS = 30_000;
const REGION = 'simulated';

export interface SimulatedWorker {
  readonly name: string;
  /** Of its aggregates. */
  readonly collection: string | undefined;
  /** Hands a message to the worker; it may come back to its queue, or be dead-lettered. */
  deliver(message: Message, plan?: Plan): Promise<Run>;
  /** After a run that was paused has gone on. */
  settle(run: Run): void;
  /** Looks for deadlines that have passed. */
  checkDeadlines(plan?: Plan): Promise<Run>;
  readonly inFlight: ReadonlyMap<Run, Message>;
  reset(): void;
}

/** A worker of the real handlers, aggregates and ports on the simulated broker. */
export function simulatedWorker<W extends WorkerDefinition, Deps, State>(
  definition: W,
  parts: WorkerParts<W, Deps, State>,
  { broker, log = createLog('simulation', 'silent') }: { broker: Broker; log?: Logger },
): SimulatedWorker {
  const { name } = definition;
  const publish = (events: readonly OrderflowEvent[]) =>
    gated(`${name} publish ${events.map(({ type }) => type).join(' ')}`, async () => broker.publish(events));
  const pipeline = pipelineOf(definition, parts, publish, log);
  const inFlight = new Map<Run, Message>();

  const settle = (run: Run): void => {
    const message = inFlight.get(run);
    if (!message || !run.ending) return;
    inFlight.delete(run);
    if (run.ending.ok) return;
    if (run.died) {
      broker.putBack({ ...message, redelivered: true, retried: false });
      return;
    }
    const { error } = run.ending;
    const attempts = message.attempts + 1;
    const failure = { at: new Date().toISOString(), error: errorMessage(error).slice(0, 200) };
    const failed = { ...message, attempts, failures: [...message.failures, failure].slice(-5), retried: true };
    const hopeless = error instanceof InvalidEventError || error instanceof PermanentError;
    if (hopeless || attempts >= MAX_ATTEMPTS) {
      broker.deadLetter({ ...failed, deadLettered: { error: errorMessage(error), hopeless } });
      return;
    }
    const delay = RETRY_DELAYS_MS[Math.min(attempts, RETRY_DELAYS_MS.length) - 1] ?? 0;
    broker.putBack({ ...failed, notBefore: Date.now() + delay });
  };

  return {
    name,
    collection: definition.collection,
    inFlight,
    settle,
    deliver: async (message, plan) => {
      broker.take(message);
      const { attempts, failures, redelivered, retried } = message;
      const tried = { triedBefore: attempts > 0 || redelivered, cutOff: redelivered && !retried };
      // The simulated broker takes everybody's word.
      const publisher = message.event.source.slice(1);
      const given = { attempt: attempts + 1, ...tried, publisher, failures, calls: [] };
      const work = async () => {
        await processMessage(pipeline, message.body, { ...given, traceparent: ({ traceparent }) => traceparent });
        await gated(`${name} acknowledge`, async () => {});
      };
      const run = await startRun(`${name} ${message.event.type}`, work, plan);
      inFlight.set(run, message);
      settle(run);
      return run;
    },
    checkDeadlines: (plan) =>
      startRun(
        `${name} deadlines`,
        async () => {
          if (!parts.onDeadline) return;
          for (;;) {
            const due = await parts.aggregates.claimDue(new Date(), LEASE_MS);
            if (!due) return;
            const event = deadlineEvent(name, due.id, due.deadline, REGION);
            await gated(`${name} send ${due.deadline.name}`, async () => broker.enqueue(name, event));
            await parts.aggregates.settleDue(due);
          }
        },
        plan,
      ),
    reset: () => inFlight.clear(),
  };
}

function pipelineOf<W extends WorkerDefinition, Deps, State>(
  definition: W,
  { handlers, onDeadline, onRepeated, aggregates, deps }: WorkerParts<W, Deps, State>,
  publish: EventPipeline<State>['publish'],
  log: Logger,
): EventPipeline<State> {
  type Loose = (...given: unknown[]) => never;
  const withDeps = (handler: unknown) =>
    typeof handler === 'function'
      ? (...rest: unknown[]) => withTimeout(definition.name, () => (handler as Loose)(deps, ...rest))
      : { project: (...rest: unknown[]) => (handler as { project: Loose }).project(deps, ...rest) };
  const stillDue = onDeadline && onlyIfStillDue(aggregates, onDeadline as Loose);
  const all = { ...handlers, ...(stillDue && { [DeadlinePassed.type]: stillDue }) };
  const heard: readonly EventDefinition[] = [
    ...definition.hears,
    ...(onDeadline ? [deadlinePassedOf(definition.name)] : []),
  ];
  return {
    worker: definition.name,
    region: REGION,
    heard: new Map(heard.map((event) => [event.type, event])),
    handlers: new Map(Object.entries(all).map(([type, handler]) => [type, withDeps(handler)])) as never,
    aggregates,
    onRepeated: onRepeated && ((id, loaded) => onRepeated(deps, id, loaded)),
    publish,
    timeoutMs: 60_000,
    log,
    now: () => new Date(),
  };
}

/**
 * The runtime gives up a handler that takes too long, by a timer. Here the virtual clock decides, once a handler that was stopped
 * has gone on: what it did outside is done, what it decided comes too late.
 */
function withTimeout<T>(worker: string, handle: () => Promise<T> | T): Promise<T> | T {
  const started = Date.now();
  const outcome = handle();
  if (!(outcome instanceof Promise)) return outcome;
  return outcome.finally(() => {
    if (Date.now() - started > HANDLER_TIMEOUT_MS) throw new DependencyError(worker, 'the handler took too long');
  });
}

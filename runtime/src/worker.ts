import { setTimeout as pause } from 'node:timers/promises';
import type { Span } from '@opentelemetry/api';
import {
  type EventDefinition,
  type EventOf,
  type OrderflowEvent,
  topologyOf,
  type WorkerDefinition,
} from '@orderflow/contracts';
import type { Aggregates, Loaded } from './aggregate.ts';
import type { BrokerIdentity } from './broker/address.ts';
import type { BrokerConnection } from './broker/connection.ts';
import { type Consumer, consume, type Delivery } from './broker/consumer.ts';
import type { Publisher } from './broker/publisher.ts';
import { createCircuit } from './circuit.ts';
import type { CircuitBoard } from './circuit-board.ts';
import { DeadlinePassed, deadlinePassedOf, onlyIfStillDue, watchDeadlines } from './deadlines.ts';
import { classify, DependencyError, errorMessage } from './errors.ts';
import { failureActionOf, historyOf, publisherOf, type RetryPolicy } from './failures.ts';
import type { AnyHandler, Handler, Handlers, SaidBy } from './handler.ts';
import type { OutsideCall } from './handling-record.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { type DeliveryContext, type EventPipeline, processMessage } from './process-message.ts';
import { failSpan, SpanKind, startSpan, traceparentOf } from './trace.ts';
import { createTurns } from './turns.ts';

export interface WorkerParts<W extends WorkerDefinition, Deps, State> {
  readonly deps: Deps;
  readonly aggregates: Aggregates<State>;
  readonly handlers: Handlers<W, Deps, State>;
  /**
   * An event comes again that was handled before: by this worker before it stopped, or by another while this delivery was
   * at it. What a handler leaves outside of its own document is put right here.
   */
  readonly onRepeated?: (deps: Deps, id: string, loaded: Loaded<State>) => Promise<void>;
  /** An event was handled just now, by this process, and these facts were published. For metrics: a crash may leave it out. */
  readonly onHandled?: (event: OrderflowEvent, said: readonly OrderflowEvent[]) => void;
  /** Acts when the deadline of an aggregate's state (`deadlineOf`) has passed. Without it none is watched here. */
  readonly onDeadline?: Handler<Deps, EventOf<typeof DeadlinePassed>, State, SaidBy<W>>;
}

export interface WorkerSettings {
  readonly prefetch: number;
  /** Handlers that run at once; what is prefetched beyond waits its turn. */
  readonly concurrency: number;
  readonly handlerTimeoutMs: number;
  readonly retry: RetryPolicy;
  readonly region: string;
  /** How often to look for deadlines that have passed. */
  readonly deadlinesEveryMs?: number;
  /** The clock; tests move it. */
  readonly now?: () => Date;
  readonly circuit?: { threshold?: number; probeDelaysMs?: readonly number[]; holdMs?: number };
}

export interface RunningWorker {
  readonly consuming: boolean;
  readonly circuitOpen: boolean;
  /** Stops taking messages, lets running handlers finish within the bound, hands the rest back. */
  drain(timeoutMs: number): Promise<void>;
}

/** Well below the broker's acknowledgement timeout of 30 minutes. */
const HOLD_MS = 10 * 60_000;
/** A probe that fails so often may be what is wrong itself: the next message has its turn. */
const MAX_PROBES = 3;
/** How long a message that could not even be put aside waits before the broker hands it out again. */
const REJECT_PAUSE_MS = 1_000;

/** Runs a worker on connections that are there already. Processes use `startService(...).run`. */
export async function runWorker<W extends WorkerDefinition, Deps, State>(
  definition: W,
  parts: WorkerParts<W, Deps, State>,
  base: {
    consuming: BrokerConnection;
    publisher: Publisher;
    identity: BrokerIdentity;
    log: Logger;
    metrics: Metrics;
    settings: WorkerSettings;
    board?: Pick<CircuitBoard, 'opened' | 'closed'>;
  },
): Promise<RunningWorker> {
  const { consuming, publisher, identity, log, metrics, settings, board } = base;
  const worker = definition.name;
  const pipeline = pipelineOf(definition, parts, base);
  const draining = new AbortController();
  const backlog: Delivery[] = [];
  let running = 0;
  let stopping = false;
  let idle: (() => void) | undefined;

  const circuit = createCircuit({
    ...settings.circuit,
    onPause: (dependency) => {
      metrics.circuitOpen.set({ worker }, 1);
      log.warn({ worker, dependency }, 'a dependency is down: consumer paused');
      board?.opened(dependency);
      consumer?.pause();
    },
    onResume: () => {
      metrics.circuitOpen.set({ worker }, 0);
      board?.closed();
      log.info({ worker }, 'consumer resumes');
      if (!stopping) consumer?.resume();
    },
  });

  /** One message from delivery to settlement. Never rejects. */
  const work = async (delivery: Delivery): Promise<void> => {
    let failures = 0;
    const tried: { span?: string | undefined } = { span: historyOf(delivery.message, worker).failedSpan };
    for (let again = false; ; again = true) {
      if (circuit.isOpen && !(await circuit.pass(settings.circuit?.holdMs ?? HOLD_MS, draining.signal))) {
        if (draining.signal.aborted) return delivery.handBack();
        return putAside(delivery, new DependencyError(worker, 'a dependency is still down'), false, tried);
      }
      // The broker has it again: whoever gets it next goes on with it.
      if (delivery.gone) return circuit.passedUp();
      const calls: OutsideCall[] = [];
      try {
        await handle(delivery, calls, again, tried);
        circuit.succeeded();
        return delivery.ack();
      } catch (error) {
        metrics.failed.inc({ worker, type: delivery.message.fields.routingKey, class: classify(error) });
        const isOutage = circuit.failed(error);
        failures += 1;
        if (isOutage && failures <= MAX_PROBES) continue;
        return putAside(delivery, error, !isOutage, tried, calls);
      }
    }
  };

  const handle = async (
    { message }: Delivery,
    calls: OutsideCall[],
    again: boolean,
    tried: { span?: string | undefined },
  ): Promise<void> => {
    const started = performance.now();
    const { failedAttempts, wasTried, failures } = historyOf(message, worker);
    const attempt = failedAttempts + 1;
    let span: Span | undefined;
    const given: DeliveryContext = {
      attempt,
      triedBefore: again || message.fields.redelivered || wasTried,
      cutOff: again || message.fields.redelivered,
      failures,
      publisher: publisherOf(message, identity),
      calls,
      traceparent: (event) => {
        span ??= startSpan(`${worker} ${event.type}`, SpanKind.CONSUMER, event.traceparent, tried.span);
        return traceparentOf(span, event.traceparent);
      },
    };
    try {
      const { event, result, reason, said = [] } = await processMessage(pipeline, message.content, given);
      const labels = { worker, type: event.type };
      metrics.handled.inc({ ...labels, outcome: result });
      metrics.duration.observe(labels, (performance.now() - started) / 1000);
      if (result === 'handled') parts.onHandled?.(event, said);
      log.info({ orderId: event.subject, eventId: event.id, type: event.type, attempt, reason }, result);
    } catch (error) {
      if (span) failSpan(span, errorMessage(error));
      tried.span = span && traceparentOf(span);
      throw error;
    } finally {
      span?.end();
      for (const { to, operation, ms, error } of calls) {
        metrics.outsideCalls.observe({ to, operation, outcome: error === undefined ? 'ok' : 'failed' }, ms / 1_000);
      }
    }
  };

  /** Publishes the copy for the retry or the dead-letter queue; only then is the original acknowledged. */
  const putAside = async (
    delivery: Delivery,
    error: unknown,
    charge: boolean,
    tried: { span?: string | undefined },
    calls: readonly OutsideCall[] = [],
  ): Promise<void> => {
    const { message } = delivery;
    const action = failureActionOf(
      { worker, identity, message, error, now: pipeline.now(), charge, calls, span: tried.span },
      settings.retry,
    );
    const about = { orderId: message.properties.correlationId, eventId: message.properties.messageId, worker };
    try {
      await publisher.send(action.message);
      const labels = { worker, type: message.fields.routingKey };
      const isDead = action.kind === 'dead_letter';
      (isDead ? metrics.deadLettered : metrics.retried).inc(labels);
      log[isDead ? 'error' : 'warn'](
        { ...about, to: action.message.routingKey, error: errorMessage(error), class: action.errorClass },
        isDead ? 'dead-letter' : 'retry',
      );
      delivery.ack();
    } catch (failure) {
      log.error({ ...about, err: failure }, 'cannot put the message aside; the broker keeps it');
      await pause(REJECT_PAUSE_MS, undefined, { signal: draining.signal }).catch(() => {});
      delivery.reject();
    }
  };

  const start = (delivery: Delivery): void => {
    running += 1;
    metrics.inFlight.set({ worker }, running);
    work(delivery).then(finished);
  };

  const finished = (): void => {
    running -= 1;
    metrics.inFlight.set({ worker }, running);
    let next = stopping ? undefined : backlog.shift();
    while (next?.gone) next = backlog.shift();
    if (next) start(next);
    else if (running === 0) idle?.();
  };

  let consumer: Consumer | undefined;
  consumer = await consume({
    connection: consuming,
    worker,
    topology: topologyOf(definition, settings.retry.delaysMs),
    prefetch: settings.prefetch,
    log,
    onDelivery: (delivery) => {
      if (!stopping && running < settings.concurrency) start(delivery);
      else backlog.push(delivery);
    },
  });

  const deadlines =
    parts.onDeadline &&
    watchDeadlines({
      worker,
      aggregates: parts.aggregates,
      publisher,
      region: settings.region,
      log,
      now: pipeline.now,
      everyMs: settings.deadlinesEveryMs ?? 1_000,
    });

  return {
    get consuming() {
      return consumer.consuming || circuit.isOpen;
    },
    get circuitOpen() {
      return circuit.isOpen;
    },
    drain: async (timeoutMs) => {
      // Nothing new begins from here on; what is here already goes back once the broker sends no more.
      stopping = true;
      await deadlines?.close();
      await consumer.cancel();
      draining.abort();
      circuit.stop();
      for (const delivery of backlog.splice(0)) delivery.handBack();
      if (running > 0) {
        const bound = setTimeout(() => idle?.(), timeoutMs);
        await new Promise<void>((resolve) => {
          idle = resolve;
        });
        clearTimeout(bound);
      }
      if (running > 0) log.warn({ worker, running }, 'handlers still run; the broker will redeliver');
      await consumer.close();
    },
  };
}

function pipelineOf<W extends WorkerDefinition, Deps, State>(
  definition: W,
  parts: WorkerParts<W, Deps, State>,
  { publisher, log, settings }: { publisher: Publisher; log: Logger; settings: WorkerSettings },
): EventPipeline<State> {
  const { deps, handlers, onDeadline, onRepeated, aggregates } = parts;
  const all = { ...handlers, ...(onDeadline && { [DeadlinePassed.type]: onlyIfStillDue(aggregates, onDeadline) }) };
  const heard = [...definition.hears, ...(onDeadline ? [deadlinePassedOf(definition.name, definition.formerly)] : [])];
  return {
    worker: definition.name,
    region: settings.region,
    heard: new Map<string, EventDefinition>(heard.map((event) => [event.type, event])),
    handlers: new Map(Object.entries(all).map(([type, handler]) => [type, withDeps(handler, deps)])),
    aggregates,
    onRepeated: onRepeated && ((id, loaded) => onRepeated(deps, id, loaded)),
    publish: (events: readonly OrderflowEvent[]) => publisher.publish(events),
    turns: createTurns(),
    timeoutMs: settings.handlerTimeoutMs,
    log,
    now: settings.now ?? (() => new Date()),
  };
}

/** The one place where a handler's own type is forgotten; `Handlers` has matched it with its event before. */
function withDeps<Deps, State>(handler: unknown, deps: Deps): AnyHandler<State> {
  type Loose = (deps: Deps, ...rest: unknown[]) => never;
  if (typeof handler === 'function') return (...rest) => (handler as Loose)(deps, ...rest);
  const { project } = handler as { project: Loose };
  return { project: (...rest) => project(deps, ...rest) };
}

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Each look at the delay of the event loop wakes the process: by default a hundred times a second, half of all that it does at
 * rest. What is measured counts from this interval: the delay is a percentile without the minimum.
 */
export const EVENT_LOOP = { eventLoopMonitoringPrecision: 100 } as const;

/** From the start at 0, or the first increase of each would be none to Prometheus. */
export function fromZero<Label extends string>(counter: Counter<Label>, label: Label, values: readonly string[]) {
  for (const value of values) counter.inc({ [label]: value } as Record<Label, string>, 0);
  return counter;
}

const RESULTS = ['confirmed', 'returned', 'refused', 'unknown', 'timeout'];

/** The process's Prometheus metrics; a registry of its own, so that several services fit in one test process. */
export function createMetrics(service: string, options: { processMetrics?: boolean } = {}) {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry, ...EVENT_LOOP });
  const registers = [registry];
  const labelNames = ['worker', 'type'] as const;
  const metrics = {
    registry,
    handled: new Counter({
      name: 'orderflow_messages_handled_total',
      help: 'Messages handled, by outcome: handled, repeated (redelivery of a handled event) or ignored',
      labelNames: [...labelNames, 'outcome'],
      registers,
    }),
    failed: new Counter({
      name: 'orderflow_messages_failed_total',
      help: 'Attempts that failed, by class of error',
      labelNames: [...labelNames, 'class'],
      registers,
    }),
    retried: new Counter({
      name: 'orderflow_messages_retried_total',
      help: 'Messages sent to a retry queue',
      labelNames,
      registers,
    }),
    deadLettered: new Counter({
      name: 'orderflow_messages_dead_lettered_total',
      help: 'Messages sent to the dead-letter queue',
      labelNames,
      registers,
    }),
    duration: new Histogram({
      name: 'orderflow_handler_duration_seconds',
      help: 'From delivery to acknowledgement',
      labelNames,
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    outsideCalls: new Histogram({
      name: 'orderflow_outside_call_duration_seconds',
      help: 'Calls of handlers to providers, by how they ended: ok or failed',
      labelNames: ['to', 'operation', 'outcome'],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    storeCommands: new Histogram({
      name: 'orderflow_store_command_duration_seconds',
      help: 'Commands to the store as its driver saw them, by how they ended: ok or failed',
      labelNames: ['command', 'outcome'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    inFlight: new Gauge({
      name: 'orderflow_messages_in_flight',
      help: 'Messages being handled now',
      labelNames: ['worker'],
      registers,
    }),
    published: fromZero(
      new Counter({
        name: 'orderflow_publishes_total',
        help: 'Publishes, by result: confirmed, returned, refused, timeout or unknown (channel closed before the confirm)',
        labelNames: ['result'],
        registers,
      }),
      'result',
      RESULTS,
    ),
    unconfirmed: new Gauge({
      name: 'orderflow_publishes_unconfirmed',
      help: 'Publishes waiting for a confirm',
      registers,
    }),
    circuitOpen: new Gauge({
      name: 'orderflow_circuit_open',
      help: '1 while the consumer is paused because a dependency is down',
      labelNames: ['worker'],
      registers,
    }),
    compacted: new Counter({
      name: 'orderflow_documents_compacted_total',
      help: 'Documents whose marks were compacted, since nobody had written to them for long',
      labelNames: ['worker'],
      registers,
    }),
    outboxSwept: new Counter({
      name: 'orderflow_outbox_swept_total',
      help: 'Outbox entries that the sweeper had to publish',
      registers,
    }),
  };
  for (const command of ['find', 'insert', 'update']) metrics.storeCommands.zero({ command, outcome: 'failed' });
  return metrics;
}

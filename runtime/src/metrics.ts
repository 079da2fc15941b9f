import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** The process's Prometheus metrics; a registry of its own, so that several services fit in one test process. */
export function createMetrics(service: string, options: { processMetrics?: boolean } = {}) {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  if (options.processMetrics ?? true) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const labelNames = ['worker', 'type'] as const;
  return {
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
    inFlight: new Gauge({
      name: 'orderflow_messages_in_flight',
      help: 'Messages being handled now',
      labelNames: ['worker'],
      registers,
    }),
    published: new Counter({
      name: 'orderflow_publishes_total',
      help: 'Publishes, by result: confirmed, returned, refused, timeout or unknown (channel closed before the confirm)',
      labelNames: ['result'],
      registers,
    }),
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
    outboxSwept: new Counter({
      name: 'orderflow_outbox_swept_total',
      help: 'Outbox entries that the sweeper had to publish',
      registers,
    }),
  };
}

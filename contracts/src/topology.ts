import type { WorkerDefinition } from './worker-definition.ts';

/** The topic exchange that every fact is published to. */
export const ORDERS_EXCHANGE = 'orders';

/** Seconds to minutes: long enough for a provider's hiccup, then its outage. Milliseconds. */
export const DEFAULT_RETRY_DELAYS_MS = [1_000, 5_000, 30_000, 300_000] as const;

/** How often the broker may hand out a message that crashes its consumer before it is parked. */
const DELIVERY_LIMIT = 20;

export interface QueueDeclaration {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string | number>>;
}

export interface Topology {
  readonly exchange: { readonly name: string; readonly type: 'topic' };
  readonly queues: readonly QueueDeclaration[];
  readonly bindings: readonly { readonly queue: string; readonly exchange: string; readonly routingKey: string }[];
}

export const workQueue = (worker: string): string => worker;
export const deadQueue = (worker: string): string => `${worker}.dead`;
export const retryQueue = (worker: string, delayMs: number): string => `${worker}.retry.${delayMs}`;

/**
 * The queues and bindings of one worker, as data. Dead-lettering goes through the default exchange, so that
 * no dead-letter exchange can be forgotten; the TTL is part of a retry queue's name because arguments are immutable.
 */
export function topologyOf(
  worker: WorkerDefinition,
  retryDelaysMs: readonly number[] = DEFAULT_RETRY_DELAYS_MS,
): Topology {
  const queue = workQueue(worker.name);
  const parking = deadQueue(worker.name);
  const consumes = worker.hears.length > 0;
  return {
    exchange: { name: ORDERS_EXCHANGE, type: 'topic' },
    queues: consumes
      ? [
          { name: parking, arguments: { 'x-queue-type': 'quorum' } },
          { name: queue, arguments: { ...quorumDeadLetteringTo(parking), 'x-delivery-limit': DELIVERY_LIMIT } },
          ...retryDelaysMs.map((delay) => ({
            name: retryQueue(worker.name, delay),
            arguments: { ...quorumDeadLetteringTo(queue), 'x-message-ttl': delay },
          })),
        ]
      : [],
    bindings: worker.hears.map((event) => ({ queue, exchange: ORDERS_EXCHANGE, routingKey: event.type })),
  };
}

/** At-least-once dead-lettering needs reject-publish (RabbitMQ docs, "Quorum Queues: dead lettering"). */
function quorumDeadLetteringTo(queue: string): Record<string, string> {
  return {
    'x-queue-type': 'quorum',
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': queue,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
}

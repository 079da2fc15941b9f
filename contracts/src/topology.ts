import type { WorkerDefinition } from './worker-definition.ts';

/** The topic exchange that every fact is published to. */
export const ORDERS_EXCHANGE = 'orders';

/**
 * The topic exchange behind which every worker's retry and dead-letter queues lie, routed by the queue's name. Being a
 * topic exchange, it lets the broker say who may write to which of them, which the default exchange does not.
 */
export const QUEUES_EXCHANGE = 'orders.queues';

/** Seconds to minutes: long enough for a provider's hiccup, then its outage. Milliseconds. */
export const DEFAULT_RETRY_DELAYS_MS = [1_000, 5_000, 30_000, 300_000] as const;

/** How often the broker may hand out a message that crashes its consumer before it is dead-lettered. */
const DELIVERY_LIMIT = 20;

/**
 * Looking into a dead-letter queue hands its messages back, which RabbitMQ 4 counts as deliveries, 20 by default.
 * Unlimited (-1) loses messages on RabbitMQ 3.10.
 */
const LOOK_LIMIT = 1_000_000;

export interface QueueDeclaration {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string | number>>;
}

export interface Topology {
  readonly exchanges: readonly { readonly name: string; readonly type: 'topic' }[];
  readonly queues: readonly QueueDeclaration[];
  /** Queues of the worker's former names, still bound: they would fill for ever. */
  readonly outlived: readonly string[];
  readonly bindings: readonly { readonly queue: string; readonly exchange: string; readonly routingKey: string }[];
}

export const workQueue = (worker: string): string => worker;
export const deadQueue = (worker: string): string => `${worker}.dead`;
export const retryQueue = (worker: string, delayMs: number): string => `${worker}.retry.${delayMs}`;

/**
 * The queues and bindings of one worker, as data. The TTL is part of a retry queue's name because arguments are
 * immutable. The dead-letter queue dead-letters back to the work queue: rejecting a message there redrives it.
 */
export function topologyOf(
  worker: WorkerDefinition,
  retryDelaysMs: readonly number[] = DEFAULT_RETRY_DELAYS_MS,
): Topology {
  const work = workQueue(worker.name);
  const dead = deadQueue(worker.name);
  const queues: QueueDeclaration[] =
    worker.hears.length === 0
      ? []
      : [
          { name: dead, arguments: { ...quorumDeadLetteringTo(work), 'x-delivery-limit': LOOK_LIMIT } },
          { name: work, arguments: { ...quorumDeadLetteringTo(dead), 'x-delivery-limit': DELIVERY_LIMIT } },
          ...retryDelaysMs.map((delay) => ({
            name: retryQueue(worker.name, delay),
            arguments: { ...quorumDeadLetteringTo(work), 'x-message-ttl': delay },
          })),
        ];
  return {
    exchanges: [ORDERS_EXCHANGE, ...(queues.length > 0 ? [QUEUES_EXCHANGE] : [])].map((name) => ({
      name,
      type: 'topic',
    })),
    queues,
    outlived: worker.formerly.flatMap((name) => {
      const delays = new Set([...retryDelaysMs, ...DEFAULT_RETRY_DELAYS_MS]);
      return [workQueue(name), deadQueue(name), ...[...delays].map((delay) => retryQueue(name, delay))];
    }),
    bindings: [
      ...queues.map(({ name }) => ({ queue: name, exchange: QUEUES_EXCHANGE, routingKey: name })),
      ...worker.hears.map((event) => ({ queue: work, exchange: ORDERS_EXCHANGE, routingKey: event.type })),
    ],
  };
}

/**
 * At-least-once dead-lettering needs reject-publish (RabbitMQ docs, "Quorum Queues: dead lettering"). Balanced leaders:
 * else all sit on the node that declared the queues, and its loss stops every confirm.
 */
function quorumDeadLetteringTo(queue: string): Record<string, string> {
  return {
    'x-queue-type': 'quorum',
    'x-queue-leader-locator': 'balanced',
    'x-dead-letter-exchange': QUEUES_EXCHANGE,
    'x-dead-letter-routing-key': queue,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
}

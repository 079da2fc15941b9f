import { encodeEvent, type OrderflowEvent, type WorkerDefinition } from '@orderflow/contracts';
import type { FailedTry } from '@orderflow/runtime';

/** A message in a worker's queue. */
export interface Message {
  readonly event: OrderflowEvent;
  readonly body: Buffer;
  readonly worker: string;
  /** Failed tries before. */
  attempts: number;
  failures: FailedTry[];
  /** The broker has handed it out before. */
  redelivered: boolean;
  /** Its last try failed: it has come by a retry queue since. */
  retried?: boolean;
  /** In a retry queue until then; ms. */
  notBefore: number;
  /** Why it is in the dead-letter queue. */
  deadLettered?: { readonly error: string; readonly hopeless: boolean };
}

export type Broker = ReturnType<typeof createBroker>;

/**
 * The simulated broker: one pool of undelivered messages per worker, from which anybody may take any.
 * Everything that was ever published is kept, for the external checks and for the report of a failure.
 */
export function createBroker(workers: readonly WorkerDefinition[]) {
  const queues = new Map(workers.map(({ name }) => [name, [] as Message[]]));
  const heardBy = (type: string) => workers.filter(({ hears }) => hears.some((event) => event.type === type));
  const published: OrderflowEvent[] = [];
  const deadLettered: Message[] = [];

  const enqueue = (worker: string, event: OrderflowEvent): void => {
    const message = { event, body: encodeEvent(event), worker };
    queues.get(worker)?.push({ ...message, attempts: 0, failures: [], redelivered: false, notBefore: 0 });
  };

  return {
    published,
    deadLettered,
    enqueue,
    publish: (events: readonly OrderflowEvent[]): void => {
      for (const event of events) {
        published.push(event);
        const hearers = heardBy(event.type);
        if (hearers.length === 0) throw new Error(`nobody hears ${event.type}: the broker would return it`);
        for (const { name } of hearers) enqueue(name, event);
      }
    },
    queueOf: (worker: string): readonly Message[] => queues.get(worker) ?? [],
    /** All that could be delivered at this time, oldest first within a worker. */
    ready: (now: Date): Message[] =>
      [...queues.values()].flatMap((queue) => queue.filter(({ notBefore }) => notBefore <= now.getTime())),
    waiting: (): Message[] => [...queues.values()].flat(),
    /** Hands a message out; unless it is put back it is acknowledged. */
    take: (message: Message): void => {
      const queue = queues.get(message.worker) ?? [];
      const at = queue.indexOf(message);
      if (at < 0) throw new Error(`${message.event.type} is not in the queue of ${message.worker}`);
      queue.splice(at, 1);
    },
    putBack: (message: Message): void => {
      queues.get(message.worker)?.push(message);
    },
    deadLetter: (message: Message): void => {
      deadLettered.push(message);
    },
    /** Back from the dead-letter queue, as staff would after looking. */
    redrive: (): number => {
      const again = deadLettered.filter((message) => message.deadLettered?.hopeless === false);
      for (const message of again) {
        deadLettered.splice(deadLettered.indexOf(message), 1);
        const { deadLettered: _, ...rest } = message;
        queues.get(message.worker)?.push({ ...rest, attempts: 0, notBefore: 0 });
      }
      return again.length;
    },
    clear: (): void => {
      for (const queue of queues.values()) queue.splice(0);
      published.splice(0);
      deadLettered.splice(0);
    },
  };
}

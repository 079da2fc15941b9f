import {
  createEvent,
  defineEvent,
  type EventDefinition,
  type EventOf,
  type OrderflowEvent,
  QUEUES_EXCHANGE,
  workQueue,
} from '@orderflow/contracts';
import { v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import type { Aggregates, Deadline } from './aggregate.ts';
import { outgoing, type Publisher } from './broker/publisher.ts';
import { ignore } from './decision.ts';
import { errorMessage } from './errors.ts';
import type { Handler } from './handler.ts';
import type { Logger } from './log.ts';

/**
 * A deadline of an aggregate has passed. A worker sends it to its own queue only, so that a deadline is handled
 * like any message: once, retried, dead-lettered, and seen on the X-ray.
 */
export const DeadlinePassed = defineEvent('deadline.passed', {
  version: 1,
  summary: 'A deadline that a worker set itself has passed.',
  saidBy: [],
  data: z.object({ name: z.string().min(1), at: z.iso.datetime() }),
});

/** As one worker hears it: it is nobody's word but its own. */
export const deadlinePassedOf = (worker: string, formerly: readonly string[] = []): EventDefinition => ({
  ...DeadlinePassed,
  saidBy: [worker],
  formerlySaidBy: formerly,
});

/** The namespace of event ids made from a deadline (UUIDv5; RFC 9562, section 5.5): sent twice, it is one event. */
const DEADLINE_IDS = '0f6cbb6e-9f7e-4a53-8f0b-5a4d3b0c2d11';
/** How long a deadline that was claimed waits for its claimant before another replica may send it. */
const LEASE_MS = 30_000;

export interface DeadlineClock {
  /** Sends all that has passed; runs by itself, exposed for tests. */
  check(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Watches the deadlines of a worker's aggregates. They are kept in the documents, so a restart forgets none; of
 * several replicas one claims each; and whatever is sent twice has the same id and is handled once.
 */
export function watchDeadlines<State>(options: {
  worker: string;
  aggregates: Aggregates<State>;
  publisher: Publisher;
  region: string;
  log: Logger;
  now: () => Date;
  everyMs: number;
}): DeadlineClock {
  const { worker, aggregates, publisher, region, log, now, everyMs } = options;
  let closed = false;
  let warned = false;
  let busy: Promise<unknown> = Promise.resolve();

  const check = async (): Promise<number> => {
    let sent = 0;
    while (!closed && publisher.unavailable === undefined) {
      const due = await aggregates.claimDue(now(), LEASE_MS);
      if (!due) break;
      const event = deadlineEvent(worker, due.id, due.deadline, region);
      await publisher.send({ ...outgoing(event), exchange: QUEUES_EXCHANGE, routingKey: workQueue(worker) });
      await aggregates.settleDue(due);
      log.debug({ orderId: due.id, deadline: due.deadline.name }, 'a deadline has passed');
      sent += 1;
    }
    return sent;
  };

  const tick = () => {
    busy = busy.then(check).then(
      () => {
        warned = false;
      },
      (error) => {
        if (!warned) log.warn({ error: errorMessage(error) }, 'deadlines wait for the store or the broker');
        warned = true;
      },
    );
  };
  // Replicas that were started together would otherwise all look in the same instant.
  const timer = setInterval(tick, everyMs * (0.9 + Math.random() * 0.2));
  return {
    check,
    close: async () => {
      closed = true;
      clearInterval(timer);
      await busy;
    },
  };
}

/** The handler with a guard before it: a deadline that the aggregate no longer has is of no interest. */
export function onlyIfStillDue<Deps, State, Said>(
  aggregates: Aggregates<State>,
  handler: Handler<Deps, EventOf<typeof DeadlinePassed>, State, Said>,
): Handler<Deps, EventOf<typeof DeadlinePassed>, State, Said> {
  return (deps, event, state, context) => {
    const current = state === null ? null : aggregates.deadlineOf(state);
    const same = current?.name === event.data.name && current.at.toISOString() === event.data.at;
    return same ? handler(deps, event, state, context) : ignore('this deadline is no longer set');
  };
}

/** Sent twice, it is one event. */
export function deadlineEvent(worker: string, id: string, { name, at }: Deadline, region: string): OrderflowEvent {
  const time = at.toISOString();
  const context = { source: `/${worker}`, subject: id, time: at, region };
  const event = createEvent(DeadlinePassed.of({ name, at: time }), context);
  return { ...event, id: uuidv5(`${worker}:${id}:${name}:${time}`, DEADLINE_IDS) };
}

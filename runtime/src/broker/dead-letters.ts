import { setTimeout as pause } from 'node:timers/promises';
import { type DeadLetter, type DeadLetterFilter, deadQueue, workQueue } from '@orderflow/contracts';
import { type Channel, type ConfirmChannel, type ConsumeMessage, connect } from 'amqplib';
import { z } from 'zod';
import { PermanentError } from '../errors.ts';

/** A parked message as it lies there. */
export interface ParkedMessage {
  readonly letter: DeadLetter;
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface MoveOptions {
  /** At most so many. */
  readonly limit: number;
  /** Who and why; goes into the headers of what is redriven. */
  readonly by: string;
  readonly perSecond?: number;
  /** Which of those that match; all unless told. */
  readonly only?: (letter: DeadLetter) => boolean;
  /** No other is begun once so much time has passed; four minutes unless told. */
  readonly withinMs?: number;
  /** Called for each message once it has moved. */
  readonly onMoved?: (letter: DeadLetter) => void;
}

/**
 * The parking lots of all workers. Looking takes messages out for a moment and puts them back; moving is one
 * message at a time: publish to the worker's queue, wait for the confirm, then take it out of the parking lot. A crash
 * in between leaves it in both places, and since its id stays the same the worker does it once.
 */
export interface DeadLetters {
  /** All that match, oldest first, at most `limit` looked at in each parking lot. */
  list(filter: DeadLetterFilter, limit?: number): Promise<ParkedMessage[]>;
  /** @returns those that were moved; when time was up fewer than match, and the same again goes on */
  redrive(filter: DeadLetterFilter, options: MoveOptions): Promise<DeadLetter[]>;
  /** Takes them out for good. @returns those that are gone */
  discard(filter: DeadLetterFilter, options: Omit<MoveOptions, 'perSecond' | 'withinMs'>): Promise<DeadLetter[]>;
}

const LOOK_LIMIT = 10_000;
/** The broker hands out what it has within this time, or there is no more. */
const QUIET_MS = 1_000;
const CONFIRM_MS = 10_000;
/** Whoever asked over HTTP gives up after five minutes, and the broker waits half an hour for an acknowledgement. */
const WITHIN_MS = 4 * 60_000;
/** As `failures.ts` marks what was tried; what the broker itself has parked has no such mark yet. */
const TRIED_HEADER = 'x-tried';
/** What told of the parking; a redriven message starts anew. */
const FORGOTTEN = new Set([
  'x-attempt',
  'x-first-failed-at',
  'x-error-class',
  'x-error-message',
  'x-parked-at',
  'x-delivery-count',
  'x-acquired-count',
]);

/** @param url a broker user that may read `*.dead` and write to the default exchange */
export function deadLetters(url: string, workers: () => Promise<readonly string[]> | readonly string[]): DeadLetters {
  const chosen = async ({ worker }: DeadLetterFilter): Promise<readonly string[]> => {
    const all = await workers();
    if (worker === undefined) return all;
    if (!all.includes(worker)) throw new UnknownWorkerError(worker, all);
    return [worker];
  };

  /** Takes messages out, puts all but the `chosen` back at once, and lets `act` decide the fate of these, one by one. */
  const eachOf = async (
    filter: DeadLetterFilter,
    { look, limit, only = () => true }: { look: number; limit: number; only?: MoveOptions['only'] },
    act: (channel: ConfirmChannel, message: ConsumeMessage, parked: ParkedMessage) => Promise<'done' | 'kept' | 'stop'>,
  ): Promise<void> => {
    const names = await chosen(filter);
    const model = await connect(url);
    model.on('error', () => {});
    let left = limit;
    let stopped = false;
    try {
      for (const worker of names) {
        if (left === 0 || stopped) break;
        const channel = await model.createConfirmChannel();
        channel.on('error', () => {});
        const wanted: [ConsumeMessage, ParkedMessage][] = [];
        for (const message of await taken(channel, deadQueue(worker), look)) {
          const parked = parkedOf(worker, message);
          const fits = wanted.length < left && matches(parked.letter, filter) && only(parked.letter);
          // The whole parking lot would look empty for as long as these few take.
          if (fits) wanted.push([message, parked]);
          else channel.nack(message, false, true);
        }
        left -= wanted.length;
        for (const [message, parked] of wanted) {
          const fate = await act(channel, message, parked);
          if (fate === 'done') channel.ack(message);
          stopped = fate === 'stop';
          if (stopped) break;
        }
        // What was not acknowledged goes back.
        await channel.close();
      }
    } finally {
      await model.close();
    }
  };

  return {
    async list(filter, limit = LOOK_LIMIT) {
      const found: ParkedMessage[] = [];
      await eachOf(filter, { look: limit, limit: Number.POSITIVE_INFINITY }, async (_channel, _message, parked) => {
        found.push(parked);
        return 'kept';
      });
      return found;
    },

    async redrive(filter, { limit, only, by, perSecond = 50, withinMs = WITHIN_MS, onMoved = () => {} }) {
      const moved: DeadLetter[] = [];
      const until = performance.now() + withinMs;
      await eachOf(filter, { look: LOOK_LIMIT, limit, only }, async (channel, message, { letter, headers }) => {
        if (moved.length > 0) await pause(1_000 / perSecond);
        if (moved.length > 0 && performance.now() > until) return 'stop';
        await publishAgain(channel, message, workQueue(letter.worker), {
          ...Object.fromEntries(Object.entries(headers).filter(([name]) => !FORGOTTEN.has(name))),
          [TRIED_HEADER]: true,
          'x-redriven': letter.redriven + 1,
          'x-redriven-at': new Date().toISOString(),
          'x-redriven-by': by,
        });
        moved.push(letter);
        onMoved(letter);
        return 'done';
      });
      return moved;
    },

    async discard(filter, { limit, only, onMoved = () => {} }) {
      const gone: DeadLetter[] = [];
      await eachOf(filter, { look: LOOK_LIMIT, limit, only }, async (_channel, _message, { letter }) => {
        gone.push(letter);
        onMoved(letter);
        return 'done';
      });
      return gone;
    },
  };
}

export class UnknownWorkerError extends PermanentError {
  override readonly name = 'UnknownWorkerError';
  constructor(worker: string, known: readonly string[]) {
    super(`There is no worker "${worker}"; there are ${known.join(', ')}`);
  }
}

/** What lies in the queue now, unacknowledged. */
async function taken(channel: Channel, queue: string, limit: number): Promise<ConsumeMessage[]> {
  const { messageCount } = await channel.checkQueue(queue);
  const wanted = Math.min(messageCount, limit);
  if (wanted === 0) return [];
  await channel.prefetch(wanted);
  const messages: ConsumeMessage[] = [];
  let wake = () => {};
  const { consumerTag } = await channel.consume(queue, (message) => {
    if (message) messages.push(message);
    wake();
  });
  while (messages.length < wanted) {
    const before = messages.length;
    const quiet = new AbortController();
    await Promise.race([
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
      pause(QUIET_MS, undefined, { signal: quiet.signal }).catch(() => {}),
    ]);
    quiet.abort();
    if (messages.length === before) break;
  }
  await channel.cancel(consumerTag);
  return messages;
}

/** Publishes a copy and waits until the broker has it in a queue. */
async function publishAgain(
  channel: ConfirmChannel,
  { content, properties }: ConsumeMessage,
  queue: string,
  headers: Record<string, unknown>,
): Promise<void> {
  const { contentType, correlationId, timestamp, type, appId, messageId } = properties;
  let returned = false;
  const onReturn = () => {
    returned = true;
  };
  channel.once('return', onReturn);
  const known = Object.entries({ contentType, correlationId, timestamp, type, appId, messageId }).filter(
    ([, value]) => value !== undefined,
  );
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no confirm within ${CONFIRM_MS} ms`)), CONFIRM_MS);
      const options = { ...Object.fromEntries(known), headers, mandatory: true, persistent: true };
      channel.publish('', queue, content, options, (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      });
    });
  } finally {
    channel.off('return', onReturn);
  }
  if (returned) throw new Error(`no queue takes what is for ${queue}; nothing was moved`);
}

function parkedOf(worker: string, { content, properties, fields }: ConsumeMessage): ParkedMessage {
  const headers = (properties.headers ?? {}) as Record<string, unknown>;
  const text = (name: string): string | undefined =>
    typeof headers[name] === 'string' ? (headers[name] as string) : undefined;
  // Whoever may publish may write any header; what is no time or no count is left out.
  const time = (name: string) => z.iso.datetime().safeParse(text(name)).data;
  const count = (name: string) => z.coerce.number().pipe(z.int()).safeParse(headers[name]).data ?? 0;
  const [firstFailedAt, parkedAt] = [time('x-first-failed-at'), time('x-parked-at')];
  const letter: DeadLetter = {
    worker,
    eventId: properties.messageId || '(none)',
    ...(properties.correlationId ? { orderId: properties.correlationId } : {}),
    type: properties.type || text('x-original-routing-key') || fields.routingKey,
    // Without our headers the broker itself has parked it: it was handed out too often.
    errorClass: text('x-error-class') ?? 'DeliveryLimit',
    error: text('x-error-message') ?? 'It crashed its consumer again and again',
    attempts: count('x-attempt'),
    ...(firstFailedAt === undefined ? {} : { firstFailedAt }),
    ...(parkedAt === undefined ? {} : { parkedAt }),
    redriven: count('x-redriven'),
  };
  return { letter, content, headers };
}

function matches(letter: DeadLetter, filter: DeadLetterFilter): boolean {
  const { error, eventIds, worker: _, ...exact } = filter;
  if (eventIds !== undefined && !eventIds.includes(letter.eventId)) return false;
  if (error !== undefined && !letter.error.includes(error)) return false;
  return Object.entries(exact).every(
    ([name, wanted]) => wanted === undefined || letter[name as keyof DeadLetter] === wanted,
  );
}

import { setTimeout as pause } from 'node:timers/promises';
import { type DeadLetter, type DeadLetterFilter, deadQueue, workQueue } from '@orderflow/contracts';
import { type Channel, type ConfirmChannel, type ConsumeMessage, connect } from 'amqplib';
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
  /** @returns those that were moved */
  redrive(filter: DeadLetterFilter, options: MoveOptions): Promise<DeadLetter[]>;
  /** Takes them out for good. @returns those that are gone */
  discard(filter: DeadLetterFilter, options: Omit<MoveOptions, 'perSecond'>): Promise<DeadLetter[]>;
}

const LOOK_LIMIT = 10_000;
/** The broker hands out what it has within this time, or there is no more. */
const QUIET_MS = 1_000;
const CONFIRM_MS = 10_000;
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

  /** Takes each matching message out, lets `act` decide its fate, and puts all others back where they were. */
  const eachOf = async (
    filter: DeadLetterFilter,
    limit: number,
    act: (channel: ConfirmChannel, message: ConsumeMessage, parked: ParkedMessage) => Promise<'done' | 'kept'>,
  ): Promise<void> => {
    const names = await chosen(filter);
    const model = await connect(url);
    model.on('error', () => {});
    try {
      for (const worker of names) {
        const channel = await model.createConfirmChannel();
        channel.on('error', () => {});
        for (const message of await taken(channel, deadQueue(worker), limit)) {
          const parked = parkedOf(worker, message);
          if (!matches(parked.letter, filter)) continue;
          if ((await act(channel, message, parked)) === 'done') channel.ack(message);
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
      await eachOf(filter, limit, async (_channel, _message, parked) => {
        found.push(parked);
        return 'kept';
      });
      return found;
    },

    async redrive(filter, { limit, by, perSecond = 50, onMoved = () => {} }) {
      const moved: DeadLetter[] = [];
      await eachOf(filter, LOOK_LIMIT, async (channel, message, { letter, headers }) => {
        if (moved.length >= limit) return 'kept';
        if (moved.length > 0) await pause(1_000 / perSecond);
        await publishAgain(channel, message, workQueue(letter.worker), {
          ...Object.fromEntries(Object.entries(headers).filter(([name]) => !FORGOTTEN.has(name))),
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

    async discard(filter, { limit, onMoved = () => {} }) {
      const gone: DeadLetter[] = [];
      await eachOf(filter, LOOK_LIMIT, async (_channel, _message, { letter }) => {
        if (gone.length >= limit) return 'kept';
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
  const time = (name: string) => (Number.isNaN(Date.parse(text(name) ?? '')) ? undefined : text(name));
  const [firstFailedAt, parkedAt] = [time('x-first-failed-at'), time('x-parked-at')];
  const letter: DeadLetter = {
    worker,
    eventId: properties.messageId || '(none)',
    ...(properties.correlationId ? { orderId: properties.correlationId } : {}),
    type: properties.type || text('x-original-routing-key') || fields.routingKey,
    // Without our headers the broker itself has parked it: it was handed out too often.
    errorClass: text('x-error-class') ?? 'DeliveryLimit',
    error: text('x-error-message') ?? 'It crashed its consumer again and again',
    attempts: Number(headers['x-attempt'] ?? 0) || 0,
    ...(firstFailedAt === undefined ? {} : { firstFailedAt }),
    ...(parkedAt === undefined ? {} : { parkedAt }),
    redriven: Number(headers['x-redriven'] ?? 0) || 0,
  };
  return { letter, content, headers };
}

function matches(letter: DeadLetter, filter: DeadLetterFilter): boolean {
  const { error, worker: _, ...exact } = filter;
  if (error !== undefined && !letter.error.includes(error)) return false;
  return Object.entries(exact).every(
    ([name, wanted]) => wanted === undefined || letter[name as keyof DeadLetter] === wanted,
  );
}

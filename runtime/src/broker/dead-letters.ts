import { setTimeout as pause } from 'node:timers/promises';
import { type DeadLetter, type DeadLetterFilter, deadQueue } from '@orderflow/contracts';
import type { Channel, ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import { PermanentError } from '../errors.ts';
import { ATTEMPT_HEADER, countIn, redrivenCount } from '../failures.ts';
import { openAnyNode } from './connection.ts';

/** A dead-lettered message as it lies there. */
export interface DeadMessage {
  readonly letter: DeadLetter;
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface MoveOptions {
  /** At most so many. */
  readonly limit: number;
  readonly perSecond?: number;
  /** Which of those that match; all unless told. */
  readonly only?: (letter: DeadLetter) => boolean;
  /** No other is begun once so much time has passed; four minutes unless told. */
  readonly withinMs?: number;
  /** Called for each message once it has moved. */
  readonly onMoved?: (letter: DeadLetter) => void;
}

/**
 * The dead-letter queues of all workers. Looking takes messages out for a moment and puts them back. Redriving rejects a
 * message, which its queue then dead-letters back to the work queue: the broker moves it as it is, and whoever redrives
 * needs no right to publish anything.
 */
export interface DeadLetters {
  /** All that match, oldest first, at most `limit` looked at in each queue. */
  list(filter: DeadLetterFilter, limit?: number): Promise<DeadMessage[]>;
  /** @returns those that were moved; when time was up fewer than match, and the same again goes on */
  redrive(filter: DeadLetterFilter, options: MoveOptions): Promise<DeadLetter[]>;
  /** Takes them out for good. @returns those that are gone */
  discard(filter: DeadLetterFilter, options: Omit<MoveOptions, 'perSecond' | 'withinMs'>): Promise<DeadLetter[]>;
}

type Fate = 'keep' | 'redrive' | 'discard' | 'stop';

const LOOK_LIMIT = 10_000;
/** The broker hands out what it has within this time, or there is no more. */
const QUIET_MS = 1_000;
/** Whoever asked over HTTP gives up after five minutes, and the broker waits half an hour for an acknowledgement. */
const WITHIN_MS = 4 * 60_000;
/** @param url a broker user that may read `*.dead` */
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
    act: (dead: DeadMessage) => Promise<Fate> | Fate,
    settled: (letter: DeadLetter) => void = () => {},
  ): Promise<void> => {
    const names = await chosen(filter);
    const model = await openAnyNode(url, 'dead letters');
    let left = limit;
    let stopped = false;
    try {
      for (const worker of names) {
        if (left === 0 || stopped) break;
        const channel = await model.createChannel();
        channel.on('error', () => {});
        const wanted: [ConsumeMessage, DeadMessage][] = [];
        for (const message of await taken(channel, deadQueue(worker), look)) {
          const dead = deadMessageOf(worker, message);
          const fits = wanted.length < left && matches(dead.letter, filter) && only(dead.letter);
          // The whole queue would look empty for as long as these few take.
          if (fits) wanted.push([message, dead]);
          else channel.nack(message, false, true);
        }
        left -= wanted.length;
        for (const [message, dead] of wanted) {
          const fate = await act(dead);
          stopped = fate === 'stop';
          if (stopped) break;
          if (fate === 'keep') continue;
          if (fate === 'redrive') channel.reject(message, false);
          else channel.ack(message);
          // Settling has no answer of its own; what is asked on the same channel is answered after it.
          await channel.checkQueue(deadQueue(worker));
          settled(dead.letter);
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
      const found: DeadMessage[] = [];
      await eachOf(filter, { look: limit, limit: Number.POSITIVE_INFINITY }, (dead) => {
        found.push(dead);
        return 'keep';
      });
      return found;
    },

    async redrive(filter, { limit, only, perSecond = 50, withinMs = WITHIN_MS, onMoved = () => {} }) {
      const moved: DeadLetter[] = [];
      const until = performance.now() + withinMs;
      const act = async () => {
        if (moved.length > 0) await pause(1_000 / perSecond);
        return moved.length > 0 && performance.now() > until ? 'stop' : 'redrive';
      };
      await eachOf(filter, { look: LOOK_LIMIT, limit, only }, act, (letter) => {
        moved.push(letter);
        onMoved(letter);
      });
      return moved;
    },

    async discard(filter, { limit, only, onMoved = () => {} }) {
      const gone: DeadLetter[] = [];
      await eachOf(
        filter,
        { look: LOOK_LIMIT, limit, only },
        () => 'discard',
        (letter) => {
          gone.push(letter);
          onMoved(letter);
        },
      );
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

function deadMessageOf(worker: string, { content, properties, fields }: ConsumeMessage): DeadMessage {
  const headers = (properties.headers ?? {}) as Record<string, unknown>;
  const text = (name: string): string | undefined =>
    typeof headers[name] === 'string' ? (headers[name] as string) : undefined;
  // Whoever may publish may write any header; what is no time or no count is left out.
  const time = (name: string) => z.iso.datetime().safeParse(text(name)).data;
  const [firstFailedAt, deadLetteredAt] = [time('x-first-failed-at'), time('x-dead-lettered-at')];
  const letter: DeadLetter = {
    worker,
    eventId: properties.messageId || '(none)',
    ...(properties.correlationId ? { orderId: properties.correlationId } : {}),
    type: properties.type || text('x-original-routing-key') || fields.routingKey,
    // Without our headers the broker itself has dead-lettered it: it was handed out too often.
    errorClass: text('x-error-class') ?? 'DeliveryLimit',
    error: text('x-error-message') ?? 'It crashed its consumer again and again',
    attempts: countIn(headers, ATTEMPT_HEADER),
    ...(firstFailedAt === undefined ? {} : { firstFailedAt }),
    ...(deadLetteredAt === undefined ? {} : { deadLetteredAt }),
    redriven: redrivenCount(headers, worker),
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

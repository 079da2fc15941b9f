import type { OrderflowEvent } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Earlier } from './adapters/cards.ts';

/** Stripe keeps a key for a day at least (https://docs.stripe.com/api/idempotent_requests); clocks differ. */
const KEY_LIFE_MS = 23 * 3_600_000;
/** With the pauses of the queues (1, 5, 30 and 300 s) search, which lags by a minute, knows what was done before. */
const SEARCHABLE_FROM = 5;
/** Where a try notes the intent that it was given, for when its commit misses. */
const NOTE = 'intent';

/** What is known of earlier tries of an event. None can be older than the event that asked for it. */
export interface EarlierTries extends Earlier {
  /** Stripe may have been asked to pay for this event, and its answer not be stored. */
  readonly asked: boolean;
  /** The intent that this delivery was given. */
  readonly intentId: string | undefined;
}

export function earlierTries(
  { time }: Pick<OrderflowEvent, 'time'>,
  { lastTry, attempt, now, notes }: Pick<HandlerContext, 'lastTry' | 'attempt' | 'now' | 'notes'>,
): EarlierTries {
  const intentId = notes.get(NOTE);
  return {
    asked: lastTry !== 'none' || intentId !== undefined,
    forgotten: lastTry !== 'none' && now.getTime() - Date.parse(time) > KEY_LIFE_MS,
    searchable: lastTry === 'put aside' && attempt >= SEARCHABLE_FROM,
    intentId,
  };
}

export const noteIntent = ({ notes }: Pick<HandlerContext, 'notes'>, intentId: string) => notes.set(NOTE, intentId);

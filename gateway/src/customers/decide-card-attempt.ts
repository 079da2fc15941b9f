import type { OpsHealth } from '@orderflow/contracts';
import { type BuyerKey, type BuyerKind, buyerKindOf } from '../orders/buyer-key.ts';

export const HOUR_MS = 3_600_000;
/** For so long a declined card counts. An address counts by the hour: behind one may be a whole town. */
export const DECLINES_COUNT_MS = 24 * HOUR_MS;
/** How long after the latest decline the next card is taken, once the free ones are used up; the last one stays. */
const DELAYS_SECONDS = [10, 30, 120, 600, 3_600] as const;
/** Many people may share an address: it may do more than one of them, and is never shut for an hour. */
const ADDRESS_FACTOR = 4;
const ADDRESS_DELAY_SECONDS = 600;
/** When a card that is being tried has usually been answered. */
const ANSWER_SECONDS = 5;

/** Staff hear of who has had so many times the free ones declined; an address has many free ones as it is. */
const SUSPICIOUS_FACTOR = 2;
/** Nobody who buys something presses the button so often. */
const SUSPICIOUS_REFUSALS = 10;
const MOST_SUSPECTS = 50;

/** What is known of one key of a buyer. */
export interface AttemptHistory {
  readonly key: BuyerKey;
  /** When cards were declined, in milliseconds. */
  readonly declinedAt: readonly number[];
  /** Cards that are being tried and have not been answered. */
  readonly underWay: number;
}

export interface AttemptDelay {
  readonly by: BuyerKey;
  readonly seconds: number;
  readonly declines: number;
}

/** How many declined cards are nobody's concern. */
const freeDeclinesOf = (kind: BuyerKind, freeDeclines: number): number =>
  kind === 'address' ? freeDeclines * ADDRESS_FACTOR : freeDeclines;

/**
 * Pure: whether a buyer may have another card tried now, or has to wait; of several reasons the longest. A card that has
 * not been answered may turn out declined, so many at once are as many as may be declined.
 */
export function decideCardAttempt(
  tried: readonly AttemptHistory[],
  { freeDeclines, now }: { freeDeclines: number; now: Date },
): AttemptDelay | undefined {
  const waits = tried.flatMap(({ key, declinedAt, underWay }): AttemptDelay[] => {
    const kind = buyerKindOf(key);
    const since = now.getTime() - (kind === 'address' ? HOUR_MS : DECLINES_COUNT_MS);
    const recent = declinedAt.filter((at) => at > since);
    const left = freeDeclinesOf(kind, freeDeclines) - recent.length;
    const until = left > 0 ? 0 : Math.max(...recent) + delayOf(kind, -left) * 1_000;
    const wait = { by: key, declines: recent.length };
    if (until > now.getTime()) return [{ ...wait, seconds: Math.ceil((until - now.getTime()) / 1_000) }];
    return underWay >= Math.max(1, left) ? [{ ...wait, seconds: ANSWER_SECONDS }] : [];
  });
  return waits.toSorted((a, b) => b.seconds - a.seconds)[0];
}

function delayOf(by: BuyerKind, beyond: number): number {
  const seconds = DELAYS_SECONDS[Math.min(beyond, DELAYS_SECONDS.length - 1)] ?? 0;
  return by === 'address' ? Math.min(seconds, ADDRESS_DELAY_SECONDS) : seconds;
}

/**
 * Pure: those that staff should hear of, the worst first: who had many cards declined, or goes on although we refuse to
 * try any.
 */
export function suspectsIn(
  declined: ReadonlyMap<BuyerKey, number>,
  refused: ReadonlyMap<BuyerKey, number>,
  freeDeclines: number,
): OpsHealth['declines']['suspects'] {
  return [...new Set([...declined.keys(), ...refused.keys()])]
    .map((key) => ({ by: buyerKindOf(key), declines: declined.get(key) ?? 0, refused: refused.get(key) ?? 0 }))
    .filter(({ by, ...of }) => {
      const most = freeDeclinesOf(by, freeDeclines) * (by === 'address' ? 1 : SUSPICIOUS_FACTOR);
      return of.declines >= most || of.refused >= SUSPICIOUS_REFUSALS;
    })
    .toSorted((a, b) => b.declines + b.refused - a.declines - a.refused)
    .slice(0, MOST_SUSPECTS);
}

import type { Preferences, QuietHours } from '@orderflow/contracts';
import type { Deadline } from '@orderflow/runtime';
import { type Correspondence, keyOf, type NoticeSent, nameOf, type Waiting } from './correspondence.ts';
import { overtaken, type Recipient, supersedes, wantedRecipients } from './decide-notices.ts';
import { quietUntil } from './decide-quiet-hours.ts';

const HOUR_MS = 3_600_000;
const LONGEST_PAUSE_MS = HOUR_MS;
/** Whoever has not got an SMS after a day has found out otherwise. */
const GIVE_UP_AFTER_MS = 24 * HOUR_MS;

/** The SMS to look at next. */
export function nextWaiting({ waiting }: Correspondence): Waiting | undefined {
  return waiting.reduce<Waiting | undefined>(
    (first, other) => (first === undefined || Date.parse(other.until) < Date.parse(first.until) ? other : first),
    undefined,
  );
}

/** One message for each deadline, so that one that hangs keeps no other waiting. */
export function deadlineOf(order: Correspondence): Deadline | null {
  const next = nextWaiting(order);
  return next ? { name: `sms.${nameOf(keyOf(next.notice))}`, at: new Date(next.until) } : null;
}

export type NextStep =
  | { readonly next: 'send'; readonly to: string }
  | { readonly next: 'wait'; readonly until: Date }
  | { readonly next: 'drop'; readonly reason: string };

/** What to do about an SMS whose moment has come. */
export function decideWaiting(
  waiting: Waiting,
  order: Correspondence,
  given: { now: Date; preferences: Preferences | undefined; usual: QuietHours | undefined },
): NextStep {
  const { now, preferences, usual } = given;
  const reason = overtaken(waiting.notice, without(waiting, order), now);
  if (reason !== undefined) return { next: 'drop', reason };
  const recipient = wantedRecipients(waiting.notice.kind, order, preferences).find(isSms);
  if (!recipient) return { next: 'drop', reason: 'the customer does not want it any more' };
  const until = quietUntil(now, quietHoursOf(preferences, usual));
  return until ? { next: 'wait', until } : { next: 'send', to: recipient.to };
}

const isSms = ({ channel }: Recipient) => channel === 'sms';

/** The customer's own; null: none at all; not chosen: the usual. */
export const quietHoursOf = (preferences: Preferences | undefined, usual: QuietHours | undefined) =>
  preferences?.quietHours === undefined ? usual : preferences.quietHours;

/** When to try again after a try that failed; undefined: no more. */
export function nextTry({ since, tries }: Waiting, now: Date, delaysMs: readonly number[]): Date | undefined {
  if (now.getTime() - Date.parse(since) > GIVE_UP_AFTER_MS) return undefined;
  const last = delaysMs.at(-1) ?? LONGEST_PAUSE_MS;
  const beyond = tries - delaysMs.length + 1;
  const delay = delaysMs[tries] ?? Math.min(Math.max(last, LONGEST_PAUSE_MS), last * 2 ** beyond);
  return new Date(now.getTime() + delay);
}

/** The order without this SMS in its queue. */
export const without = (done: Waiting, order: Correspondence): Correspondence => ({
  ...order,
  waiting: order.waiting.filter((one) => one !== done),
});

/** The order without the SMS that nobody needs who is told this; the same order where there is none. */
export function withoutSuperseded(told: ReturnType<typeof keyOf>, order: Correspondence, now: Date): Correspondence {
  const superseded = order.waiting.filter(({ notice }) => supersedes(told, notice));
  if (superseded.length === 0) return order;
  const dropped = superseded.map(({ notice }) => asDropped(notice, `the customer is told: ${nameOf(told)}`, now));
  return {
    ...order,
    notices: [...order.notices, ...dropped],
    waiting: order.waiting.filter((one) => !superseded.includes(one)),
  };
}

export const asDropped = (notice: Waiting['notice'], reason: string, now: Date): NoticeSent => ({
  ...asKey(notice),
  channel: 'sms',
  at: now.toISOString(),
  outcome: 'dropped',
  reason,
});

const asKey = (notice: Waiting['notice']) => {
  const { kind, occasion } = keyOf(notice);
  return occasion === undefined ? { kind } : { kind, occasion };
};

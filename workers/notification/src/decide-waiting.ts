import type { Channel, Preferences, QuietHours } from '@orderflow/contracts';
import type { Deadline } from '@orderflow/runtime';
import {
  type Correspondence,
  keyOf,
  type Notice,
  type NoticeKey,
  type NoticeSent,
  nameOf,
  type Waiting,
} from './correspondence.ts';
import { overtaken, type Recipient, supersedes, wantedRecipients } from './decide-notices.ts';
import { quietUntil } from './decide-quiet-hours.ts';
import { NOBODY_LEFT } from './erase-correspondence.ts';

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

/**
 * One message for each deadline, so that one that hangs keeps no other waiting. Its name has the turn in it: when
 * another SMS comes first for a while, the same deadline would be taken for one that is handled already.
 */
export function deadlineOf(order: Correspondence): Deadline | null {
  const next = nextWaiting(order);
  return next ? { name: `sms.${nameOf(keyOf(next.notice))}:${order.turns}`, at: new Date(next.until) } : null;
}

/** The order with another queue. */
export const withQueue = (order: Correspondence, waiting: readonly Waiting[]): Correspondence => ({
  ...order,
  waiting,
  turns: order.turns + 1,
});

export type WaitingDecision =
  | { readonly kind: 'send'; readonly to: string }
  | { readonly kind: 'postpone'; readonly until: Date }
  /** It may have gone out all the same, to this number. */
  | { readonly kind: 'drop'; readonly reason: string; readonly to: string };

/** What to do about an SMS whose time has come. */
export function decideWaiting(
  waiting: Waiting,
  order: Correspondence,
  given: { now: Date; preferences: Preferences | undefined; usual: QuietHours | undefined },
): WaitingDecision {
  const { now, preferences, usual } = given;
  const { notice, overtakenBy } = waiting;
  const to = order.contact.phone ?? '';
  if (overtakenBy === NOBODY_LEFT) return { kind: 'drop', reason: NOBODY_LEFT, to };
  if (overtakenBy !== undefined) return { kind: 'drop', reason: `the customer is told: ${overtakenBy}`, to };
  const reason = overtaken(notice, without(waiting, order), now);
  if (reason !== undefined) return { kind: 'drop', reason, to };
  const isWanted = wantedRecipients(notice.kind, order, preferences).some(isSms);
  if (!isWanted) return { kind: 'drop', reason: 'the customer does not want it any more', to };
  const until = quietUntil(now, quietHoursOf(preferences, usual));
  return until ? { kind: 'postpone', until } : { kind: 'send', to };
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
export const without = (done: Waiting, order: Correspondence): Correspondence =>
  withQueue(
    order,
    order.waiting.filter((one) => one !== done),
  );

/**
 * The order with a mark on each SMS that a customer who gets this notice does not need; the same order where there is
 * none. They stay in the queue, since one may be going out just now: the queue finds out.
 */
export function withOvertaken(by: NoticeKey, order: Correspondence): Correspondence {
  const concerns = (one: Waiting) => one.overtakenBy === undefined && supersedes(by, one.notice);
  if (!order.waiting.some(concerns)) return order;
  const overtakenBy = nameOf(by);
  return { ...order, waiting: order.waiting.map((one) => (concerns(one) ? { ...one, overtakenBy } : one)) };
}

/**
 * The order with each SMS in its queue due, to be dropped; the same order where all are. They leave the queue once it is
 * known whether they went out.
 */
export function withdrawn(order: Correspondence, now: Date): Correspondence {
  if (order.waiting.every(({ overtakenBy }) => overtakenBy === NOBODY_LEFT)) return order;
  const due = { overtakenBy: NOBODY_LEFT, until: now.toISOString() };
  return withQueue(
    order,
    order.waiting.map((one) => ({ ...one, ...due })),
  );
}

/** A notice that is done with, without having been sent. */
export function asDropped(notice: Notice, channel: Channel, reason: string, now: Date): NoticeSent {
  const { kind, occasion } = keyOf(notice);
  const key = occasion === undefined ? { kind } : { kind, occasion };
  return { ...key, channel, at: now.toISOString(), outcome: 'dropped', reason };
}

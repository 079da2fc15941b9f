import {
  type Channel,
  NotificationFailed,
  NotificationSent,
  type Preferences,
  type QuietHours,
} from '@orderflow/contracts';
import { type CallFirst, callFirst, change, type Decision, ignore, type SaidBy } from '@orderflow/runtime';
import {
  type Correspondence,
  keyOf,
  type Notice,
  type NoticeKey,
  type NoticeSent,
  type SendOutcome,
  type Waiting,
} from './correspondence.ts';
import { isTaken, overtaken, type Recipient, wantedRecipients } from './decide-notices.ts';
import { quietUntil } from './decide-quiet-hours.ts';
import { asDropped, quietHoursOf, withOvertaken, withQueue } from './decide-waiting.ts';
import type { notification } from './worker.ts';

type Fact = SaidBy<typeof notification>;
export type NotificationDecision = Decision<Correspondence, Fact>;

export type NotifyCall =
  /** Another try may be about to send the e-mail, and must not. */
  { readonly kind: 'bar_email'; readonly reason: string } | { readonly kind: 'send_email'; readonly to: string };

/** What the calls so far have answered. */
export interface NotifyAnswers {
  /** False: a try has begun to send the e-mail, and is seen through whatever has changed since. */
  readonly isBarred?: boolean;
  readonly email?: SendOutcome;
}

interface DecisionInput {
  readonly preferences: Preferences | undefined;
  /** Of customers who have chosen none. */
  readonly usualQuietHours: QuietHours | undefined;
  readonly now: Date;
}

/**
 * A notice goes out on every channel that is wanted: by e-mail at once; an SMS goes into the order's queue, so that
 * one that fails, or waits for the morning, keeps nothing else waiting.
 */
export function decideNotify(
  known: Correspondence,
  notice: Notice,
  answers: NotifyAnswers,
  { preferences, usualQuietHours, now }: DecisionInput,
): NotificationDecision | CallFirst<NotifyCall> {
  const key = keyOf(notice);
  const order = withOvertaken(key, known);
  const notSent = (reason: string): NotificationDecision => {
    if (order === known) return ignore(reason);
    const noted = isTaken(key, 'email', order) ? [] : [asDropped(notice, 'email', reason, now)];
    return change({ ...order, notices: [...order.notices, ...noted] });
  };

  const pointless = overtaken(notice, order, now);
  const wanted = pointless === undefined ? wantedRecipients(notice.kind, order, preferences) : [];
  const reason = pointless ?? `the customer does not want to be told: ${notice.kind}`;
  if (!wanted.some(byEmail) && !isTaken(key, 'email', order)) {
    if (answers.isBarred === undefined) return callFirst({ kind: 'bar_email', reason });
    if (!answers.isBarred) wanted.unshift({ channel: 'email', to: order.contact.email });
  }
  if (wanted.length === 0) return notSent(reason);
  const due = wanted.filter(({ channel }) => !isTaken(key, channel, order));
  if (due.length === 0) return notSent(`the customer knows: ${notice.kind}`);

  const mail = due.find(byEmail);
  if (mail && !answers.email) return callFirst({ kind: 'send_email', to: mail.to });
  const mailbox = order.mailbox ?? 0;
  const sent = mail && answers.email ? [letterSent(notice, answers.email, { now, mailbox })] : [];
  const state = { ...order, notices: [...order.notices, ...sent] };
  const waiting = waitingOf(notice, quietHoursOf(preferences, usualQuietHours), now);
  return change(due.every(byEmail) ? state : withQueue(state, [...state.waiting, waiting]), sent.flatMap(factOf));
}

/** What facts call a notice by. */
export const namesOf = ({ kind, channel, occasion, mailbox, again }: NoticeSent) => ({
  kind,
  channel,
  ...(occasion === undefined ? {} : { occasion }),
  ...(mailbox === undefined ? {} : { mailbox }),
  ...(again === undefined ? {} : { again }),
});

function waitingOf(notice: Notice, quietHours: QuietHours | null | undefined, now: Date): Waiting {
  const until = quietUntil(now, quietHours) ?? now;
  return { notice, since: now.toISOString(), until: until.toISOString(), tries: 0 };
}

const byEmail = ({ channel }: Recipient) => channel === 'email';

export const noticeSent = (
  notice: Notice,
  { channel }: Pick<Recipient, 'channel'>,
  outcome: SendOutcome,
  now: Date,
): NoticeSent => noted(keyOf(notice), channel, outcome, now);

const noted = ({ kind, occasion }: NoticeKey, channel: Channel, outcome: SendOutcome, now: Date): NoticeSent => ({
  ...{ kind, ...(occasion === undefined ? {} : { occasion }), channel, at: now.toISOString() },
  ...outcome,
});

interface How {
  readonly now: Date;
  readonly mailbox: number;
  /** Which address it was sent again for, if it was. */
  readonly again?: number;
}

export const letterSent = (notice: Notice, outcome: SendOutcome, how: How): NoticeSent => ({
  ...letterNoted(keyOf(notice), outcome, how),
  ...(outcome.outcome !== 'dropped' && { content: withoutDocument(notice) }),
});

/** Of a letter whose words are not known any more. */
export const letterNoted = (key: NoticeKey, outcome: SendOutcome, { now, mailbox, again }: How): NoticeSent => ({
  ...noted(key, 'email', outcome, now),
  ...(mailbox > 0 && { mailbox }),
  ...(again !== undefined && { again }),
});

/** The document is kept where it was issued; a letter that is sent again says where. */
function withoutDocument(notice: Notice): Notice {
  if (!('document' in notice) || !notice.document) return notice;
  const { document, digest: _, ...rest } = notice;
  return { ...rest, documentNumber: document.number } as Notice;
}

/** Nothing is published of a notice that was dropped. */
export function factOf(notice: NoticeSent): Fact[] {
  const about = namesOf(notice);
  switch (notice.outcome) {
    case 'sent':
      return [NotificationSent.of({ ...about, providerId: notice.providerId })];
    case 'failed':
      return [NotificationFailed.of({ ...about, reason: notice.reason })];
    case 'dropped':
      return [];
    default:
      return notice satisfies never;
  }
}

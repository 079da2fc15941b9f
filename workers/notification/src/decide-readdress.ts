import type { EventOf, NoticeKind, OrderEmailChanged, Preferences } from '@orderflow/contracts';
import { type CallFirst, callFirst, change, ignore } from '@orderflow/runtime';
import { type Correspondence, type Notice, nameOf, type SendOutcome } from './correspondence.ts';
import { overtaken, wantedRecipients } from './decide-notices.ts';
import { factOf, letterSent, type NotificationDecision } from './decide-notify.ts';

/** These letters have to be sent again. */
export interface SendAgain {
  /** With the address that it has now. */
  readonly order: Correspondence;
  readonly notices: readonly Notice[];
  readonly again: number;
}

/** How each of them has ended, in their sequence. */
export type AgainOutcomes = readonly SendOutcome[];

/** It says no more than that the parcel is at the door. */
const NOT_MISSED: ReadonlySet<NoticeKind> = new Set(['order_delivered']);

/**
 * The order's e-mail address is mended. Whatever went to the one before, arrived or not, and still matters is sent again,
 * once for each address: whoever read it there was not the customer.
 */
export function decideReaddress(
  before: Correspondence,
  { email, mailbox, customerId = before.customerId }: EventOf<typeof OrderEmailChanged>['data'],
  outcomes: AgainOutcomes | undefined,
  { preferences, now }: { preferences: Preferences | undefined; now: Date },
): NotificationDecision | CallFirst<SendAgain> {
  if (mailbox <= (before.mailbox ?? 0)) return ignore('a later address is known');
  const contact = { ...before.contact, email };
  const order: Correspondence = { ...before, contact, customerId, mailbox };
  const due = lettersOf(order).filter(
    (notice) =>
      !NOT_MISSED.has(notice.kind) &&
      overtaken(notice, order, now) === undefined &&
      wantedRecipients(notice.kind, order, preferences).some(({ channel }) => channel === 'email'),
  );
  if (due.length > 0 && !outcomes) return callFirst({ order, notices: due, again: mailbox });
  const sent = due.map((notice, index) =>
    letterSent(notice, (outcomes ?? [])[index] as SendOutcome, { now, mailbox, again: mailbox }),
  );
  return change({ ...order, notices: [...order.notices, ...sent] }, sent.flatMap(factOf));
}

/** What its notice says by itself: what was written before contents were kept can be written again. */
const BARE: ReadonlySet<NoticeKind> = new Set(['order_confirmed', 'order_expired', 'order_cancelled']);

/** What was written by e-mail, each letter once. */
function lettersOf({ notices }: Correspondence): Notice[] {
  const written = notices.filter(({ channel, outcome }) => channel === 'email' && outcome !== 'dropped');
  const latest = new Map(written.map((one) => [nameOf(one), one]));
  return [...latest.values()].flatMap(({ content, kind }) => content ?? (BARE.has(kind) ? ({ kind } as Notice) : []));
}

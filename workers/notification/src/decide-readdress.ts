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
  /** A later address is known: only what an earlier try has sent is of interest, and nothing is sent any more. */
  readonly isOvertaken?: true;
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
  { preferences, now, triedBefore }: { preferences: Preferences | undefined; now: Date; triedBefore: boolean },
): NotificationDecision | CallFirst<SendAgain> {
  const noted = (notices: readonly Notice[]) =>
    notices.map((notice, index) =>
      letterSent(notice, (outcomes ?? [])[index] as SendOutcome, { now, mailbox, again: mailbox }),
    );
  if (mailbox <= (before.mailbox ?? 0)) {
    const notices = lettersOf(before);
    if (triedBefore && notices.length > 0 && !outcomes) {
      return callFirst({ order: before, notices, again: mailbox, isOvertaken: true });
    }
    const sent = outcomes ? noted(notices).filter(({ outcome }) => outcome === 'sent') : [];
    if (sent.length === 0) return ignore(OVERTAKEN);
    return change({ ...before, notices: [...before.notices, ...sent] }, sent.flatMap(factOf));
  }
  const contact = { ...before.contact, email };
  const order: Correspondence = { ...before, contact, customerId, mailbox };
  const due = lettersOf(order).filter(
    (notice) =>
      !NOT_MISSED.has(notice.kind) &&
      overtaken(notice, order, now) === undefined &&
      wantedRecipients(notice.kind, order, preferences).some(({ channel }) => channel === 'email'),
  );
  if (due.length > 0 && !outcomes) return callFirst({ order, notices: due, again: mailbox });
  const sent = noted(due);
  return change({ ...order, notices: [...order.notices, ...sent] }, sent.flatMap(factOf));
}

export const OVERTAKEN = 'a later address is known';

/** What its notice says by itself: what was written before contents were kept can be written again. */
const BARE: ReadonlySet<NoticeKind> = new Set(['order_confirmed', 'order_expired', 'order_cancelled']);

/** What was written by e-mail, each letter once. */
function lettersOf({ notices }: Correspondence): Notice[] {
  const written = notices.filter(({ channel, outcome }) => channel === 'email' && outcome !== 'dropped');
  const latest = new Map(written.map((one) => [nameOf(one), one]));
  return [...latest.values()].flatMap(({ content, kind }) => content ?? (BARE.has(kind) ? ({ kind } as Notice) : []));
}

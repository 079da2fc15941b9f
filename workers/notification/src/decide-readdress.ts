import type { EventOf, NoticeKind, OrderEmailChanged, Preferences } from '@orderflow/contracts';
import { type CallFirst, callFirst, change, ignore } from '@orderflow/runtime';
import { type Correspondence, type Notice, type NoticeKey, nameOf, type SendOutcome } from './correspondence.ts';
import { overtaken, wantedRecipients } from './decide-notices.ts';
import { factOf, letterNoted, letterSent, type NotificationDecision } from './decide-notify.ts';
import { isErased, NOBODY_LEFT } from './erase-correspondence.ts';

/** What has to be known of these letters first. */
export interface SendAgain {
  /** With the address that it has now. */
  readonly order: Correspondence;
  readonly letters: readonly LetterAgain[];
  readonly again: number;
}

export interface LetterAgain {
  readonly key: NoticeKey;
  /** Undefined: another try, or copy, of this event may have sent it, which is looked up; nobody sends it any more. */
  readonly notice: Notice | undefined;
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
  const isNews = mailbox > (before.mailbox ?? 0) && !isErased(before);
  const order = isNews ? { ...before, contact: { ...before.contact, email }, customerId, mailbox } : before;
  const isDue = (notice: Notice) =>
    isNews &&
    !NOT_MISSED.has(notice.kind) &&
    overtaken(notice, order, now) === undefined &&
    wantedRecipients(notice.kind, order, preferences).some(({ channel }) => channel === 'email');
  const letters = lettersOf(order).map(({ key, notice }) => ({
    key,
    notice: notice && isDue(notice) ? notice : undefined,
  }));
  if (letters.length > 0 && !outcomes) return callFirst({ order, letters, again: mailbox });
  const sent = letters.flatMap(({ key, notice }, index) => {
    const outcome = (outcomes ?? [])[index] as SendOutcome;
    const how = { now, mailbox, again: mailbox };
    if (notice) return [letterSent(notice, outcome, how)];
    return outcome.outcome === 'sent' ? [letterNoted(key, outcome, how)] : [];
  });
  if (!isNews && sent.length === 0) return ignore(isErased(before) ? NOBODY_LEFT : 'a later address is known');
  return change({ ...order, notices: [...order.notices, ...sent] }, sent.flatMap(factOf));
}

/** Why a letter that is not due is kept from being sent. */
export const NOT_AGAIN = 'it is not to be sent again';

/** What its notice says by itself: what was written before contents were kept can be written again. */
const BARE: ReadonlySet<NoticeKind> = new Set(['order_confirmed', 'order_expired', 'order_cancelled']);

/** What was written by e-mail, each letter once; without its notice it cannot be written again. */
function lettersOf({ notices }: Correspondence): { readonly key: NoticeKey; readonly notice: Notice | undefined }[] {
  const written = notices.filter(({ channel, outcome }) => channel === 'email' && outcome !== 'dropped');
  const latest = new Map(written.map((one) => [nameOf(one), one]));
  return [...latest.values()].map(({ content, kind, occasion }) => ({
    key: { kind, ...(occasion !== undefined && { occasion }) },
    notice: content ?? (BARE.has(kind) ? ({ kind } as Notice) : undefined),
  }));
}

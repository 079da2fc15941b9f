import type { Channel, NoticeKind, Preferences } from '@orderflow/contracts';
import { type Correspondence, keyOf, type Notice, type NoticeKey, nameOf } from './correspondence.ts';
import { isErased, NOBODY_LEFT } from './erase-correspondence.ts';

export interface Recipient {
  readonly channel: Channel;
  readonly to: string;
}

/** What a customer who paid for express wants to know at once. */
const URGENT: ReadonlySet<NoticeKind> = new Set(['order_dispatched', 'order_delivered']);
/** Without them an order cannot go on, so they are written about whatever the customer chose. */
const NEEDED: ReadonlySet<NoticeKind> = new Set(['payment_action_required']);

/** Where the customer wants notices of this kind. */
export function wantedRecipients(
  kind: NoticeKind,
  { contact, shippingMethod }: Pick<Correspondence, 'contact' | 'shippingMethod'>,
  preferences: Preferences | undefined,
): Recipient[] {
  const chosen = preferences?.notices[kind];
  const recipients: Recipient[] = [];
  if (NEEDED.has(kind) || (chosen?.email ?? true)) recipients.push({ channel: 'email', to: contact.email });
  const bySms = chosen?.sms ?? (URGENT.has(kind) && shippingMethod === 'express');
  if (bySms && contact.phone !== undefined) recipients.push({ channel: 'sms', to: contact.phone });
  return recipients;
}

/** Whether this notice is done with or in the queue on this channel. */
export function isTaken(key: NoticeKey, channel: Channel, { notices, waiting }: Correspondence): boolean {
  const done = notices.some((past) => nameOf(past) === nameOf(key) && past.channel === channel);
  return done || (channel === 'sms' && waiting.some(({ notice }) => nameOf(keyOf(notice)) === nameOf(key)));
}

/** Why this notice would only confuse by now; undefined: it would not. */
export function overtaken(notice: Notice, order: Correspondence, now: Date): string | undefined {
  if (isErased(order)) return NOBODY_LEFT;
  const until = lastMoment(notice);
  if (until !== undefined && now.getTime() >= Date.parse(until)) return 'its time is over';
  const known: NoticeKey[] = [...order.notices, ...order.waiting.map((one) => keyOf(one.notice))];
  const later = known.find((key) => supersedes(key, notice));
  return later && `the customer knows: ${nameOf(later)}`;
}

/** Until when what the notice asks for can be done. */
function lastMoment(notice: Notice): string | undefined {
  if (notice.kind === 'payment_action_required') return notice.deadline;
  return notice.kind === 'payment_declined' && !notice.final ? notice.retryUntil : undefined;
}

/** Whether a customer who got the one does not need the other. */
export function supersedes(known: NoticeKey, notice: Notice): boolean {
  switch (notice.kind) {
    case 'order_confirmed':
      return AFTER_CONFIRMATION.has(known.kind);
    case 'payment_declined':
      if (notice.final) return false;
      return ENDS_PAYING.has(known.kind) || (isAttempt(known) && attempt(known) > attempt(notice));
    case 'payment_action_required':
      return (
        ENDS_PAYING.has(known.kind) ||
        (isAttempt(known) && attempt(known) > attempt(notice)) ||
        (known.kind === 'payment_declined' && attempt(known) === attempt(notice))
      );
    case 'order_dispatched':
      return AFTER_DISPATCH.has(known.kind) && known.occasion === notice.occasion;
    case 'order_edited':
      return known.kind === 'order_cancelled' || known.kind === 'order_expired';
    case 'return_created':
      return known.kind === 'return_failed' && known.occasion === notice.occasion;
    default:
      return false;
  }
}

/** It says that the card is not charged yet and nothing has left. */
const AFTER_CONFIRMATION: ReadonlySet<NoticeKind> = new Set([
  'order_cancelled',
  'payment_captured',
  'order_dispatched',
  'order_delivered',
]);

const ENDS_PAYING: ReadonlySet<NoticeKind> = new Set([
  'order_confirmed',
  'order_cancelled',
  'order_expired',
  'payment_captured',
]);
const AFTER_DISPATCH: ReadonlySet<NoticeKind> = new Set(['order_delivered', 'shipment_failed']);

const isAttempt = ({ kind }: NoticeKey) => kind === 'payment_declined' || kind === 'payment_action_required';
const attempt = ({ occasion }: { readonly occasion?: string | undefined }) => Number(occasion);

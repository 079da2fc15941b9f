import type { Channel, Contact, NoticeKind, OrderLine, Prices, ShippingMethod } from '@orderflow/contracts';

/** What we know of an order whose customer we write to, and what we have written. */
export interface Correspondence extends Prices {
  readonly contact: Contact;
  readonly name: string;
  /** BCP 47. */
  readonly locale: string;
  readonly lines: readonly OrderLine[];
  readonly shippingMethod: ShippingMethod;
  readonly notices: readonly NoticeSent[];
}

export type NoticeSent = {
  readonly kind: NoticeKind;
  readonly channel: Channel;
  /** ISO 8601. */
  readonly at: string;
} & Delivered;

/** How a message ended: its provider took it, or refused it for good. */
export type Delivered =
  | { readonly outcome: 'sent'; readonly providerId: string }
  | { readonly outcome: 'failed'; readonly reason: string };

export interface Recipient {
  readonly channel: Channel;
  readonly to: string;
}

/** What a notice tells besides the order itself. */
export type Notice =
  | { readonly kind: 'order_confirmed' }
  | { readonly kind: 'order_rejected'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'payment_declined'; readonly message: string }
  | { readonly kind: 'order_dispatched'; readonly tracking: Tracking }
  | { readonly kind: 'order_delivered'; readonly tracking: Tracking }
  | { readonly kind: 'order_cancelled'; readonly reason: string };

interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

interface Tracking {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl: string;
}

/** E-mail tells everything; an SMS only what a customer who paid for express wants to know at once. */
const BY_SMS: ReadonlySet<NoticeKind> = new Set(['order_dispatched', 'order_delivered']);

/** To whom a notice of this kind still has to go. */
export function dueRecipients(kind: NoticeKind, order: Correspondence): Recipient[] {
  const { contact, shippingMethod, notices } = order;
  const wanted: Recipient[] = [{ channel: 'email', to: contact.email }];
  if (BY_SMS.has(kind) && shippingMethod === 'express' && contact.phone !== undefined) {
    wanted.push({ channel: 'sms', to: contact.phone });
  }
  return wanted.filter(({ channel }) => !notices.some((past) => past.kind === kind && past.channel === channel));
}

/** Why this notice would only confuse by now; undefined: it would not. */
export function overtaken(kind: NoticeKind, { notices }: Correspondence): string | undefined {
  const cancelled = notices.some((past) => past.kind === 'order_cancelled');
  return kind === 'order_confirmed' && cancelled ? 'the customer knows that the order is cancelled' : undefined;
}

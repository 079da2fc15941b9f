import type {
  Channel,
  Contact,
  CreditNote,
  EditLine,
  EventOf,
  Invoice,
  Locale,
  Money,
  NoticeKind,
  OrderCancelled,
  QuantityLine,
  RefundCause,
  ShippingMethod,
} from '@orderflow/contracts';
import type { DocumentLine, DocumentPrices, Party } from '@orderflow/documents';

/** What we know of an order whose customer we write to, what we have written and what still waits. */
export interface Correspondence extends DocumentPrices {
  readonly customerId: string;
  /** As people read it out. Orders of before there were numbers have none, nor any of what is optional here. */
  readonly number?: string | undefined;
  readonly billingAddress?: Party | undefined;
  readonly vatId?: string | undefined;
  /** ISO 8601. */
  readonly cancelUntil?: string | undefined;
  readonly contact: Contact;
  /** Which of the order's e-mail addresses that is; the one that it was placed with is 0. */
  readonly mailbox?: number | undefined;
  readonly address: Party;
  /** In which the order was placed; the customer may prefer another. */
  readonly locale: Locale;
  readonly lines: readonly DocumentLine[];
  readonly shippingMethod: ShippingMethod;
  /** ISO 8601. */
  readonly placedAt: string;
  readonly notices: readonly NoticeSent[];
  /** SMS that have to be sent, oldest first. */
  readonly waiting: readonly Waiting[];
  /** How often the queue has changed: no deadline of it is ever the same as one before. */
  readonly turns: number;
  /** The version of the order's latest edit that lines, prices and address are as of. */
  readonly edited?: number;
}

/** A message that is done with, one way or another. */
export type NoticeSent = {
  readonly kind: NoticeKind;
  readonly channel: Channel;
  readonly occasion?: string;
  /** ISO 8601. */
  readonly at: string;
  readonly tracked?: Tracked;
  /** Which address a letter went to, where that is not the first. */
  readonly mailbox?: number;
  /** It was sent again for this address, which was mended since it was first written. */
  readonly again?: number;
  /** What a letter said, but for its document: it may have to be sent again. Letters of before have none. */
  readonly content?: Notice;
} & SendOutcome;

/** How a message ended. */
export type SendOutcome =
  /** Its provider took it. */
  | { readonly outcome: 'sent'; readonly providerId: string }
  /** Its provider refused it for good, or could not be had for too long. */
  | { readonly outcome: 'failed'; readonly reason: string }
  /** Nobody sent it before it would only have confused. */
  | { readonly outcome: 'dropped'; readonly reason: string };

/** What the provider reported later. */
export interface Tracked {
  readonly status: 'delivered' | 'failed';
  /** ISO 8601. */
  readonly at: string;
  readonly reason?: string;
}

/** An SMS in the queue. */
export interface Waiting {
  readonly notice: Notice;
  /** Since when, ISO 8601. */
  readonly since: string;
  /** When it is looked at, ISO 8601. */
  readonly until: string;
  /** Tries that failed. */
  readonly tries: number;
  /** The notice that is sent instead: this one is not sent any more, unless it went out already. */
  readonly overtakenBy?: string;
}

/** What a notice contains besides the order itself. */
export type Notice =
  | { readonly kind: 'order_confirmed' }
  | { readonly kind: 'order_rejected'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'order_expired' }
  | ({ readonly kind: 'payment_declined'; readonly occasion: string } & Decline)
  | { readonly kind: 'payment_action_required'; readonly occasion: string; readonly deadline: string }
  | ({ readonly kind: 'payment_captured'; readonly amount: Money; readonly date: string } & Issued<Invoice>)
  | ({ readonly kind: 'payment_refunded'; readonly occasion: string } & Refunded & Issued<CreditNote>)
  | ({ readonly kind: 'order_dispatched' | 'order_delivered' | 'return_created'; readonly occasion: string } & Underway)
  | ({ readonly kind: 'shipment_failed'; readonly occasion: string } & Failure)
  | { readonly kind: 'return_failed'; readonly occasion: string; readonly code: string }
  | ({ readonly kind: 'order_edited'; readonly occasion: string } & Edited)
  | { readonly kind: 'refund_failed'; readonly occasion: string; readonly amount: Money }
  | { readonly kind: 'order_cancelled'; readonly cause?: CancelCause | undefined };

/** Who or what ended an order. What they wrote about it is for staff, and never goes into a letter. */
export type CancelCause = EventOf<typeof OrderCancelled>['data']['cause'];

/** Its document as it was issued. Absent in notices of before documents were issued elsewhere. */
interface Issued<Document> {
  readonly document?: Document | undefined;
  readonly digest?: string | undefined;
  /** Where only the document's number is left, since it is sent again. */
  readonly documentNumber?: string | undefined;
}

interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

interface Decline {
  readonly code: string;
  readonly message: string;
  readonly attemptsLeft: number;
  readonly final: boolean;
  readonly retryUntil?: string | undefined;
}

interface Refunded {
  readonly amount: Money;
  readonly lines: readonly QuantityLine[];
  readonly cause?: RefundCause | undefined;
  /** What was given back by then, with this refund. Absent in notices of before there was this field. */
  readonly totalRefunded?: Money | undefined;
  readonly date: string;
}

interface Edited {
  /** What was taken out, if anything. */
  readonly removed: readonly EditLine[];
  readonly isAddressChanged: boolean;
  readonly byStaff: boolean;
}

interface Underway {
  readonly tracking: { readonly carrier: string; readonly trackingNumber: string; readonly trackingUrl: string };
  readonly lines: readonly QuantityLine[];
}

interface Failure {
  readonly code: string;
  readonly lines: readonly QuantityLine[];
}

/** What tells one notice of an order from the others. */
export interface NoticeKey {
  readonly kind: NoticeKind;
  readonly occasion?: string | undefined;
}

export const keyOf = (notice: Notice): NoticeKey => ({
  kind: notice.kind,
  ...('occasion' in notice ? { occasion: notice.occasion } : {}),
});

/** `kind` or `kind.occasion`: part of ids in the ledger and of Message-IDs. */
export const nameOf = ({ kind, occasion }: NoticeKey): string =>
  occasion === undefined ? kind : `${kind}.${occasion}`;

/** Of a shipment's or a return's data: what the customer follows it by. */
export const trackingOf = ({ carrier, trackingNumber, trackingUrl }: Underway['tracking']): Underway['tracking'] => ({
  carrier,
  trackingNumber,
  trackingUrl,
});

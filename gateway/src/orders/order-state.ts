import type { Money, OrderEdit, TimelineEntry } from '@orderflow/contracts';
import type { AttentionFlag } from './attention-flag.ts';
import type { BuyerKey } from './buyer-key.ts';
import type { OrderRecord } from './order-record.ts';

/** One card that was declined. */
export interface Decline {
  readonly attempt: number;
  /** ISO 8601. */
  readonly at: string;
  /** The card, hashed. */
  readonly card?: string;
}

/** What an order costs. */
export type OrderPrices = Pick<
  OrderRecord,
  'lines' | 'subtotal' | 'shipping' | 'tax' | 'total' | 'shippingGross' | 'taxBasisPoints'
>;

/** An edit with what the order cost before, as long as less may be charged for it. */
export interface KeptEdit extends OrderEdit {
  readonly before?: OrderPrices;
  /** It was charged at its price at the former address: so much too much, in minor units. */
  readonly owed?: number;
}

/**
 * What the order's document holds beside the runtime's fields. The gateway writes it when the order is placed and
 * when somebody sends a command about it; everything else is order-process's, one fact at a time.
 */
export interface OrderState extends Omit<OrderRecord, 'id' | 'revision' | 'attentions' | 'edits'> {
  /** A UUID, unique among all orders. */
  idempotencyKey: string;
  /** SHA-256 of the input that placed the order. */
  bodyHash: string;
  /** The guest's customer id that it was placed with, once it was claimed: the same request again is still the same. */
  placedAs?: string;
  /** Every fact so far, in order of arrival. */
  timeline: TimelineEntry[];
  /** The trace that everything about the order belongs to, also what the outside tells us later. */
  traceparent: string;
  /** Stripe's id of the payment; never a secret. */
  intentId?: string;
  /** The latest attempt to pay that was asked for; 1 comes with the order. */
  paymentAttempt: number;
  captureBefore?: string;
  /** What had been given back in all with each refund, by its id: its credit note depends on it. */
  refundedUntil?: Readonly<Record<string, Money>>;
  /** What was issued for it, in this sequence. Orders of before there were series lack what went out then. */
  documents?: readonly { kind: 'invoice' | 'credit_note'; number: string; refundId?: string }[];
  /** The latest attempt that the bank was said to be processing, since when; nobody can hurry it. */
  processing?: { attempt: number; at: string };
  /** The latest attempt that was declined. */
  declinedAttempt?: number;
  /** Who placed it, as buyers are known again (`buyers/buyer.ts`); what is paid with later may add to it. */
  buyer?: readonly BuyerKey[];
  /** It holds so much that a declined card is final. */
  singleAttempt?: true;
  /** Cards that were declined, each once; the latest time, and whom they count for, are what searches look for. */
  declines?: readonly Decline[];
  declinedAt?: string;
  declinedBy?: readonly BuyerKey[];
  /** The cancellation that was asked for. */
  cancel?: {
    cancelId: string;
    stage: 'pending' | 'confirmed';
    actor: 'customer' | 'staff';
    reason: string;
    at: string;
  };
  /** What was changed of it before it was sent, or is to be, in this sequence. */
  edits?: readonly KeptEdit[];
  /** Since when it is to be shipped. */
  confirmedAt?: string;
  /** The carrier's latest scan that we know of. */
  lastScanAt?: string;
  /** Something has come back that nobody has inspected. */
  toInspect?: true;
  /** What staff should look at, each for itself; `attention` is what it comes to. */
  attentions?: readonly AttentionFlag[];
  /** The step whose timeout staff have settled: it does not time out again. */
  settledStep?: { readonly name: string; readonly at: string };
  /** Which address mail goes to: the one that it was placed with is 0. */
  mailbox?: number;
  /** How it came to that, the latest last. */
  emailChanges?: readonly {
    readonly changeId: string;
    readonly by: string;
    readonly at: string;
    readonly reason?: string;
  }[];
  /** The e-mail address and the id, as searches look for them. */
  searchedEmail: string;
  searchedId: string;
}

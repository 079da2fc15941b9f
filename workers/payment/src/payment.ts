import {
  addMoney,
  type Dispute,
  type Money,
  type QuantityLine,
  type RefundCause,
  subtractMoney,
} from '@orderflow/contracts';
import type { Deadline } from '@orderflow/runtime';

/** What is asked of the customer, and until when. */
export interface Bill {
  /** The order's total. */
  readonly amount: Money;
  /** 1 for the first card; another card is another attempt. */
  readonly attempt: number;
  /** ISO 8601; the stock is held until then. */
  readonly payUntil: string;
  /** A challenge (3-D Secure) makes the hold longer, once. */
  readonly extended: boolean;
  /** It holds so much stock that a declined card is final, and a challenge short. */
  readonly single?: true;
}

/** What is to be given back. */
export interface PlannedRefund {
  readonly refundId: string;
  readonly amount: Money;
  readonly lines: readonly QuantityLine[];
  readonly reason: string;
  readonly cause?: RefundCause | undefined;
}

/** What is given back, or was to be. `failed` is an end; Stripe's refunds may fail after they had succeeded. */
export interface Refund extends PlannedRefund {
  readonly cause?: RefundCause;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly stripeRefundId?: string;
  /** Why it failed. */
  readonly code?: string;
}

/** What an order costs since lines were taken out of it: less than was authorised, and so much is captured. */
export interface Edited {
  readonly total: Money;
  /** Counts the order's edits: the highest says what it costs. */
  readonly version: number;
}

/** What the payment of one order has come to. */
export type Payment =
  | {
      readonly status: 'awaiting_stock';
      readonly amount: Money;
      readonly paymentMethod: string;
      readonly single?: true;
    }
  | { readonly status: 'awaiting_order'; readonly payUntil: string }
  | (Bill & {
      readonly status: 'action_required';
      readonly intentId: string;
      /** Stripe's id of the payment method that was tried last; tells attempts apart. */
      readonly method?: string;
    })
  | (Bill & {
      readonly status: 'processing';
      readonly intentId: string;
      readonly method?: string;
      /** ISO 8601; then Stripe is asked again. */
      readonly lookAt: string;
    })
  /** Declined, and another payment method may be tried. Without an intent where Stripe refused to make one. */
  | (Bill & { readonly status: 'retry_due'; readonly intentId?: string; readonly code: string })
  | {
      readonly status: 'authorized';
      readonly amount: Money;
      readonly intentId: string;
      readonly attempt: number;
      /** ISO 8601; after this the authorisation lapses by itself. */
      readonly captureBefore: string;
      /** ISO 8601; then it is captured, parcel or not. */
      readonly captureAt: string;
      /** Unset: all of it. */
      readonly edited?: Edited;
    }
  | Captured
  /** It has ended, but its intent may still be paid: it is cancelled now, or once Stripe has done with it. */
  | {
      readonly status: 'closing';
      readonly intentId: string;
      readonly reason: string;
      /** ISO 8601; then Stripe is asked, and the intent cancelled. */
      readonly lookAt: string;
      readonly amount?: Money;
      /** The end that was said already; unset: it was the order that ended. */
      readonly as?: Declined | Expired;
    }
  | Declined
  | Expired
  | {
      readonly status: 'voided';
      readonly reason: string;
      readonly amount: Money;
      readonly intentId: string;
      /** The order has ended for this reason; unset: nobody paid in time, or the authorisation lapsed. */
      readonly ended?: string;
    }
  | { readonly status: 'not_needed'; readonly reason: string; readonly intentId?: string };

export interface Declined {
  readonly status: 'declined';
  readonly amount: Money;
  readonly attempt: number;
  readonly code: string;
  readonly intentId?: string;
}

export interface Expired {
  readonly status: 'expired';
  readonly reason: string;
  readonly amount?: Money;
  readonly intentId?: string;
}

export interface Captured {
  readonly status: 'captured';
  /** The order's total. */
  readonly amount: Money;
  readonly intentId: string;
  /** What Stripe collected. */
  readonly captured: Money;
  /** Kept for ever, so that nothing is given back twice. */
  readonly refunds: readonly Refund[];
  /** ISO 8601; then Stripe is asked for the refunds that are pending. */
  readonly refundsAt?: string;
  /** What the customer's bank asked back; `decide-concerns.ts` keeps them. */
  readonly disputes?: readonly Dispute[];
  /** The order has ended for this reason: nothing of the money is ours. */
  readonly ended?: string;
}

type Of<Status> = Extract<Payment, { status: Status }>;
/** Nothing is paid and nothing will be; whatever money appears is given back. */
export type Ended = Of<'declined' | 'expired' | 'voided' | 'not_needed'>;
/** Stock is held and an attempt was made that did not end the matter. */
export type Unsettled = Of<'action_required' | 'processing' | 'retry_due'>;

/** When something has to happen to this payment. Pure; kept in the document with every commit. */
export function deadlineOf(state: Payment): Deadline | null {
  const by = (name: string, at: string | undefined) => (at === undefined ? null : { name, at: new Date(at) });
  switch (state.status) {
    case 'awaiting_order':
    case 'action_required':
    case 'retry_due':
      return by('pay', state.payUntil);
    case 'processing':
      return by('look', state.lookAt);
    // Of another name: at the very moment of a look, it would be taken for that same deadline.
    case 'closing':
      return by('close', state.lookAt);
    case 'authorized':
      return by('capture', state.captureAt);
    case 'captured':
      return by('refunds', state.refundsAt);
    // Without stock there is nothing to wait for: order-process expires the order.
    case 'awaiting_stock':
    case 'declined':
    case 'expired':
    case 'voided':
    case 'not_needed':
      return null;
    default:
      return state satisfies never;
  }
}

export const intentOf = (state: Payment | null): string | undefined =>
  state !== null && 'intentId' in state ? state.intentId : undefined;

export const isEnded = (state: Payment): state is Ended =>
  ['declined', 'expired', 'voided', 'not_needed'].includes(state.status);

/** Its order has ended by itself; payments that failed, or lapsed, ended theirs. */
export function hasOrderEnded(state: Payment): boolean {
  if (state.status === 'voided' || state.status === 'captured') return state.ended !== undefined;
  return state.status === 'not_needed' || (state.status === 'closing' && state.as === undefined);
}

/** What is to be captured of what was authorised. */
export const dueOf = ({ amount, edited }: Pick<Of<'authorized'>, 'amount' | 'edited'>): Money =>
  edited && edited.total.amount < amount.amount ? edited.total : amount;

/** What has reached the customer. */
export const totalRefunded = (state: Captured): Money => sumOf(state, ['succeeded']);

/** What may still be given back: nothing is promised twice, so what is pending counts as gone. */
export function remainderOf(state: Captured): Money {
  const gone = addMoney(sumOf(state, ['succeeded', 'pending']), withdrawnOf(state));
  return gone.amount > state.captured.amount ? { ...state.captured, amount: 0 } : subtractMoney(state.captured, gone);
}

/** What the customer's bank has taken back: nobody gives it back again. */
function withdrawnOf({ captured: { currency }, disputes = [] }: Captured): Money {
  const amounts = disputes.filter(({ withdrawn }) => withdrawn).map(({ amount }) => amount);
  return addMoney({ amount: 0, currency }, ...amounts.filter((amount) => amount.currency === currency));
}

function sumOf({ captured, refunds }: Captured, statuses: Refund['status'][]): Money {
  const amounts = refunds.filter(({ status }) => statuses.includes(status)).map(({ amount }) => amount);
  return addMoney({ amount: 0, currency: captured.currency }, ...amounts);
}

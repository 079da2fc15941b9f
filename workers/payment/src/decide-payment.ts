import { type Money, PaymentProcessing } from '@orderflow/contracts';
import type { Said } from './deps.ts';
import { type Bill, type Ended, hasOrderEnded, isEnded, type Payment } from './payment.ts';

type Become = { readonly kind: 'become'; readonly state: Payment };
type Wait = { readonly kind: 'wait'; readonly why: string };
type Alarm = { readonly kind: 'alarm'; readonly why: string };
type Nothing = { readonly kind: 'nothing'; readonly why: string };

/** What an order wants to be paid with. */
export interface Purchase {
  readonly amount: Money;
  readonly paymentMethod: string;
  readonly single?: true;
}

export interface Attempt {
  readonly bill: Bill;
  readonly paymentMethod: string;
  /** The intent that earlier attempts have left. */
  readonly intentId?: string;
}

/** What is to be done about an attempt, before anything is asked of Stripe. */
export type BeforeAttempt =
  | (Become & { readonly say?: readonly Said[] })
  | { readonly kind: 'attempt'; readonly state: Payment; readonly attempt: Attempt }
  /** The order has ended, but an earlier try of this event may have reached the card. */
  | { readonly kind: 'give_back'; readonly state: Ended | Extract<Payment, { status: 'closing' }> }
  | Wait
  | Nothing;

const FIRST: Omit<Bill, 'amount' | 'payUntil'> = { attempt: 1, extended: false };

/**
 * `order.placed` and `inventory.reserved` come in either order; whichever is second makes the first attempt.
 * @param asked Stripe may have been asked for this event before
 */
export function whenPlaced(state: Payment | null, purchase: Purchase, asked: boolean): BeforeAttempt {
  if (state === null) return { kind: 'become', state: { status: 'awaiting_stock', ...purchase } };
  if (state.status !== 'awaiting_order') return furtherOn(state, asked);
  return firstAttempt(state, purchase, state.payUntil);
}

export function whenReserved(state: Payment | null, payUntil: string, asked: boolean): BeforeAttempt {
  if (state === null) return { kind: 'become', state: { status: 'awaiting_order', payUntil } };
  if (state.status !== 'awaiting_stock') return furtherOn(state, asked);
  return firstAttempt(state, state, payUntil);
}

function firstAttempt(state: Payment, { amount, paymentMethod, single }: Purchase, payUntil: string): BeforeAttempt {
  const bill = { ...FIRST, amount, payUntil, ...(single && { single }) };
  return { kind: 'attempt', state, attempt: { bill, paymentMethod } };
}

/** Another payment method. It may come twice, late, and before we have noted that the last one was declined. */
export function whenRetried(
  state: Payment | null,
  wanted: { readonly paymentMethod: string; readonly attempt: number },
  { asked, now, attempts }: { asked: boolean; now: Date; attempts: number },
): BeforeAttempt {
  switch (state?.status) {
    case undefined:
    case 'awaiting_stock':
    case 'awaiting_order':
      return { kind: 'wait', why: 'the attempt before this one is not settled yet' };
    case 'action_required':
    case 'retry_due': {
      const { amount, attempt, payUntil, extended, single, intentId } = state;
      if (wanted.attempt <= attempt) return { kind: 'nothing', why: `attempt ${wanted.attempt} has been made` };
      if (single || wanted.attempt > attempts)
        return { kind: 'nothing', why: `there are only ${single ? 1 : attempts} attempts` };
      if (new Date(payUntil) <= now) return { kind: 'nothing', why: 'the time to pay is over' };
      const bill = { amount, attempt: wanted.attempt, payUntil, extended };
      const { paymentMethod } = wanted;
      return { kind: 'attempt', state, attempt: { bill, paymentMethod, ...(intentId && { intentId }) } };
    }
    case 'processing': {
      const { attempt } = wanted;
      if (attempt <= state.attempt) return { kind: 'nothing', why: `attempt ${attempt} has been made` };
      if (attempt > attempts) return { kind: 'nothing', why: `there are only ${attempts} attempts` };
      // Stripe tries one at a time: what comes of that one answers this attempt too, which order-process waits for.
      const say = [PaymentProcessing.of({ attempt, intentId: state.intentId })];
      return { kind: 'become', state: { ...state, attempt }, say };
    }
    case 'authorized':
    case 'captured':
    case 'closing':
    case 'declined':
    case 'expired':
    case 'voided':
    case 'not_needed':
      return furtherOn(state, asked);
    default:
      return state satisfies never;
  }
}

/** What an event that would have made an attempt still has to do when it finds the payment further on. */
function furtherOn(state: Payment, asked: boolean): BeforeAttempt {
  // Our earlier try may have reached the card, and whoever closed the payment could not know.
  if (asked && (isEnded(state) || state.status === 'closing')) return { kind: 'give_back', state };
  return { kind: 'nothing', why: `the payment is ${state.status}` };
}

export type BeforeEnd = Become | { readonly kind: 'end'; readonly state: Payment } | Nothing;

/** The order is cancelled, expired or rejected. `unheld`: it never had stock, so no attempt was ever made. */
export function whenEnded(state: Payment | null, reason: string, unheld: boolean): BeforeEnd {
  switch (state?.status) {
    case undefined:
      return { kind: 'become', state: { status: 'not_needed', reason } };
    case 'awaiting_stock':
      return unheld ? { kind: 'become', state: { status: 'not_needed', reason } } : { kind: 'end', state };
    case 'captured':
      if (state.ended !== undefined) return { kind: 'nothing', why: 'the money is being given back' };
      return { kind: 'end', state };
    case 'awaiting_order':
    case 'action_required':
    case 'processing':
    case 'retry_due':
    case 'authorized':
      return { kind: 'end', state };
    case 'closing':
    case 'declined':
    case 'expired':
    case 'voided':
    case 'not_needed':
      return { kind: 'nothing', why: `the payment is ${state.status}` };
    default:
      return state satisfies never;
  }
}

export type BeforeCapture =
  | { readonly kind: 'capture'; readonly state: Extract<Payment, { status: 'authorized' }> }
  | Wait
  | Alarm
  /** Nothing is kept for this parcel: its order had ended before we heard of it, and the money was let go. */
  | { readonly kind: 'too_late'; readonly why: string }
  | Nothing;

/** A parcel left. */
export function whenDispatched(state: Payment | null): BeforeCapture {
  switch (state?.status) {
    case undefined:
    case 'awaiting_stock':
    case 'awaiting_order':
    case 'action_required':
    case 'processing':
    case 'retry_due':
      return { kind: 'wait', why: 'nothing is authorised yet' };
    case 'authorized':
      return { kind: 'capture', state };
    case 'captured':
      if (hasOrderEnded(state))
        return { kind: 'too_late', why: 'a parcel left, but its order has ended: it is refunded' };
      return { kind: 'nothing', why: 'the payment is captured' };
    case 'closing':
    case 'declined':
    case 'expired':
    case 'voided':
    case 'not_needed': {
      const why = `a parcel left although its payment is ${state.status}`;
      return { kind: hasOrderEnded(state) ? 'too_late' : 'alarm', why };
    }
    default:
      return state satisfies never;
  }
}

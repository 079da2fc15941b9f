import { equalMoney, type Money, PaymentProcessing } from '@orderflow/contracts';
import { change, flag, ignore, wait } from '@orderflow/runtime';
import type { EarlierTries } from './earlier-tries.ts';
import { type Bill, dueOf, hasOrderEnded, intentOf, isEnded, type Payment } from './payment.ts';
import { type AskStripe, askStripe, lookUp, type PaymentStep } from './payment-decision.ts';
import { expired, type Pending } from './reconcile-pending.ts';

/** What an order wants to be paid with. */
export interface Purchase {
  readonly amount: Money;
  readonly paymentMethod: string;
  readonly single?: true;
}

export interface AttemptContext {
  readonly now: Date;
  readonly earlier: EarlierTries;
}

const FIRST: Omit<Bill, 'amount' | 'payUntil'> = { attempt: 1, extended: false };

/** `order.placed` and `inventory.reserved` come in either order; whichever is second makes the first attempt. */
export function decideOnPlaced(state: Payment | null, purchase: Purchase, context: AttemptContext): PaymentStep {
  if (state === null) return change({ status: 'awaiting_stock', ...purchase });
  if (state.status !== 'awaiting_order') return decideFurtherOn(state, context);
  return firstAttempt(state, purchase, state.payUntil, context);
}

export function decideOnReserved(state: Payment | null, payUntil: string, context: AttemptContext): PaymentStep {
  if (state === null) return change({ status: 'awaiting_order', payUntil });
  if (state.status !== 'awaiting_stock') return decideFurtherOn(state, context);
  return firstAttempt(state, state, payUntil, context);
}

function firstAttempt(
  state: Pending,
  { amount, paymentMethod, single }: Purchase,
  payUntil: string,
  { now, earlier }: AttemptContext,
): PaymentStep {
  const bill = { ...FIRST, amount, payUntil, ...(single && { single }) };
  if (new Date(payUntil) > now) return attempt(state, bill, paymentMethod, earlier);
  if (!earlier.asked) return expired(state);
  return askStripe(lookUp(state, earlier.intentId), state, { kind: 'expiry', bill, inFlight: !earlier.searchable });
}

function attempt(state: Pending, bill: Bill, paymentMethod: string, earlier: EarlierTries): AskStripe {
  const trigger = { kind: 'attempt', bill } as const;
  // Another commit was faster than this delivery's: the intent that it was given is looked at.
  if (earlier.intentId) return askStripe({ kind: 'look', intentId: earlier.intentId }, state, trigger);
  const { amount, attempt: nth } = bill;
  const intentId = intentOf(state);
  const request = { attempt: nth, amount, paymentMethod, earlier, ...(intentId && { intentId }) };
  return askStripe({ kind: 'pay', ...request }, state, trigger);
}

/** Another payment method. It may come twice, late, and before we have stored that the last one was declined. */
export function decideOnRetried(
  state: Payment | null,
  wanted: { readonly paymentMethod: string; readonly attempt: number },
  { attempts, ...context }: AttemptContext & { readonly attempts: number },
): PaymentStep {
  switch (state?.status) {
    case undefined:
    case 'awaiting_stock':
    case 'awaiting_order':
      return wait('the attempt before this one is not settled yet');
    case 'action_required':
    case 'retry_due': {
      const { amount, payUntil, extended, single } = state;
      const allowed = single ? 1 : attempts;
      if (wanted.attempt <= state.attempt) return ignore(`attempt ${wanted.attempt} has been made`);
      if (wanted.attempt > allowed) return ignore(`there are only ${allowed} attempts`);
      if (new Date(payUntil) <= context.now) return ignore('the time to pay is over');
      const bill = { amount, attempt: wanted.attempt, payUntil, extended };
      return attempt(state, bill, wanted.paymentMethod, context.earlier);
    }
    case 'processing':
      if (wanted.attempt <= state.attempt) return ignore(`attempt ${wanted.attempt} has been made`);
      if (wanted.attempt > attempts) return ignore(`there are only ${attempts} attempts`);
      // Stripe tries one at a time: what comes of that one answers this attempt too, which order-process waits for.
      return change({ ...state, attempt: wanted.attempt }, [
        PaymentProcessing.of({ attempt: wanted.attempt, intentId: state.intentId }),
      ]);
    case 'authorized':
    case 'captured':
    case 'closing':
    case 'declined':
    case 'expired':
    case 'voided':
    case 'not_needed':
      return decideFurtherOn(state, context);
    default:
      return state satisfies never;
  }
}

/** What an event that would have made an attempt still has to do when it finds the payment further on. */
function decideFurtherOn(state: Payment, { earlier }: AttemptContext): PaymentStep {
  // An earlier try may have reached the card, and the event that closed the payment could not know.
  if (earlier.asked && (isEnded(state) || state.status === 'closing')) {
    return askStripe(lookUp(state, earlier.intentId), state, { kind: 'late_attempt', inFlight: !earlier.searchable });
  }
  return ignore(`the payment is ${state.status}`);
}

/**
 * The order is cancelled, expired or rejected: its authorisation is voided, or its money given back. While an attempt is
 * under way, either this write comes first, and the attempt's handler, called again, finds the payment closed and gives
 * back what it got; or the attempt's write comes first, and this handler, called again, finds what is to be given back.
 * @param end `unheld`: it never had stock, so no attempt was ever made; `unpaid`: since nobody paid in time
 */
export function decideOnEnd(
  state: Payment | null,
  { unheld = false, ...end }: { readonly reason: string; readonly unheld?: boolean; readonly unpaid?: boolean },
): PaymentStep {
  const notNeeded = change<Payment>({ status: 'not_needed', reason: end.reason });
  switch (state?.status) {
    case undefined:
      return notNeeded;
    case 'awaiting_stock':
      return unheld ? notNeeded : askStripe(lookUp(state), state, { kind: 'end', ...end });
    case 'captured':
      if (state.ended !== undefined) return ignore('the money is being given back');
      return askStripe(lookUp(state), state, { kind: 'end', ...end });
    case 'awaiting_order':
    case 'action_required':
    case 'processing':
    case 'retry_due':
    case 'authorized':
      return askStripe(lookUp(state), state, { kind: 'end', ...end });
    case 'closing':
    case 'declined':
    case 'expired':
    case 'voided':
    case 'not_needed':
      return ignore(`the payment is ${state.status}`);
    default:
      return state satisfies never;
  }
}

/** A parcel left. After the order's end that is unexpected, and no money is kept for it. */
export function decideOnDispatched(state: Payment | null): PaymentStep {
  switch (state?.status) {
    case undefined:
    case 'awaiting_stock':
    case 'awaiting_order':
    case 'action_required':
    case 'processing':
    case 'retry_due':
      return wait('nothing is authorised yet');
    case 'authorized':
      return capture(state, 'dispatched');
    case 'captured':
      if (!hasOrderEnded(state)) return ignore('the payment is captured');
      return ignore('a parcel left, but its order has ended: it is refunded', { unexpected: true });
    case 'closing':
    case 'declined':
    case 'expired':
    case 'voided':
    case 'not_needed': {
      const reason = `a parcel left although its payment is ${state.status}`;
      return hasOrderEnded(state) ? ignore(reason, { unexpected: true }) : flag(reason);
    }
    default:
      return state satisfies never;
  }
}

/** Collects what the order costs by now, and lets the rest go: Stripe captures an authorisation once. */
function capture(state: Extract<Payment, { status: 'authorized' }>, because: 'dispatched' | 'lapsing') {
  const due = dueOf(state);
  const less = equalMoney(due, state.amount) ? {} : { amount: due };
  return askStripe({ kind: 'capture', intentId: state.intentId, ...less }, state, { kind: 'capture', because });
}

/** A time has come: Stripe is asked before anything is given up. */
export function decideOnDeadline(state: Payment | null, now: Date): PaymentStep {
  switch (state?.status) {
    case 'awaiting_order':
    case 'action_required':
    case 'retry_due':
      return askStripe(lookUp(state), state, { kind: 'expiry' });
    case 'processing':
      return askStripe(lookUp(state), state, { kind: new Date(state.payUntil) <= now ? 'expiry' : 'deadline' });
    case 'closing':
    case 'captured':
      return askStripe(lookUp(state), state, { kind: 'deadline' });
    case 'authorized':
      return capture(state, 'lapsing');
    case undefined:
    case 'awaiting_stock':
    case 'declined':
    case 'expired':
    case 'voided':
    case 'not_needed':
      return ignore('nothing is due');
    default:
      return state satisfies never;
  }
}

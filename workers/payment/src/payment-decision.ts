import type { Money } from '@orderflow/contracts';
import { type CallFirst, callFirst, type Decision } from '@orderflow/runtime';
import type { Intent, OfIntent, PayRequest, RefundSnapshot, Refused } from './adapters/cards.ts';
import type { PaymentFact, Terms } from './deps.ts';
import { type Bill, type Captured, intentOf, type Payment, type PlannedRefund } from './payment.ts';

/** Why Stripe is asked. */
export type Trigger =
  /** This bill is to be paid. */
  | { readonly kind: 'attempt'; readonly bill: Bill }
  /** An earlier try of this event may have asked for an attempt, and the payment has ended since. */
  | ({ readonly kind: 'late_attempt' } & Uncertain)
  /** Stripe says that something may have changed. */
  | { readonly kind: 'webhook' }
  /** It is time to ask again. */
  | { readonly kind: 'deadline' }
  /** The time to pay is over. */
  | ({ readonly kind: 'expiry'; readonly bill?: Bill } & Uncertain)
  /** The order has ended: nothing of its money is ours. `unpaid`: since nobody paid in time. */
  | { readonly kind: 'end'; readonly reason: string; readonly unpaid?: boolean }
  | { readonly kind: 'capture'; readonly because: 'dispatched' | 'lapsing' }
  | { readonly kind: 'refund'; readonly refund: PlannedRefund };

interface Uncertain {
  /** The first request may still be on its way: that Stripe knows of no intent proves nothing. */
  readonly inFlight?: boolean;
}

/** The order's intent as Stripe returns it, or its refusal; undefined: Stripe knows of none. */
export type ProviderSnapshot = Intent | Refused | undefined;

type IntentCall =
  | ({ readonly kind: 'pay' } & Omit<PayRequest, 'orderId'>)
  | { readonly kind: 'look'; readonly intentId: string }
  /** Search, where no intent is known. */
  | { readonly kind: 'find' }
  /** `amount`: only so much of it. */
  | { readonly kind: 'capture'; readonly intentId: string; readonly amount?: Money }
  /** Nobody may wait for the intent any more. Should Stripe not cancel it, its answer is reconciled like any other. */
  | {
      readonly kind: 'cancel';
      readonly intentId: string;
      /** Given up since nobody paid; else its order was cancelled. */
      readonly abandoned: boolean;
      /** @param released the money that the cancellation let go, if any was authorised */
      readonly whenCanceled: (released?: Money) => PaymentDecision;
    };

export interface RefundCall {
  readonly kind: 'refund';
  readonly state: Captured;
  readonly refund: PlannedRefund;
  /** What else is to be said with the refund. */
  readonly say: readonly PaymentFact[];
}

export type StripeCall = IntentCall | RefundCall;
export type StripeAnswer =
  | { readonly to: IntentCall; readonly snapshot: ProviderSnapshot }
  | { readonly to: RefundCall; readonly refund: RefundSnapshot | Refused };

export type PaymentDecision = Decision<Payment, PaymentFact>;
export type Reconciled = PaymentDecision | CallFirst<StripeCall>;
/** What is decided on an event. */
export type PaymentStep = PaymentDecision | AskStripe;

/** Stripe is called first, and its answer reconciled with this state. */
export interface AskStripe extends CallFirst<StripeCall> {
  readonly state: Payment;
  readonly trigger: Trigger;
}

export interface DecisionContext {
  readonly orderId: string;
  readonly now: Date;
  readonly terms: Terms;
  /** Which try of the event this is. */
  readonly attempt: number;
}

export const askStripe = (call: StripeCall, state: Payment, trigger: Trigger): AskStripe => ({
  ...callFirst(call),
  state,
  trigger,
});

export const cancelIntent = (
  { intentId }: Pick<OfIntent, 'intentId'>,
  abandoned: boolean,
  whenCanceled: (released?: Money) => PaymentDecision,
): CallFirst<StripeCall> => callFirst({ kind: 'cancel', intentId, abandoned, whenCanceled });

/** @param made the intent that this event's attempt has made, where the payment does not know one yet */
export function lookUp(state: Payment, made?: string): StripeCall {
  const intentId = intentOf(state) ?? made;
  return intentId === undefined ? { kind: 'find' } : { kind: 'look', intentId };
}

/** How often Stripe is asked for what it is still processing. */
const LOOK_AGAIN_MS = 60_000;
export const nextLook = (now: Date): string => new Date(now.getTime() + LOOK_AGAIN_MS).toISOString();

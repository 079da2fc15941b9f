import type { Money } from '@orderflow/contracts';
import type { Intent, Refused } from './adapters/cards.ts';
import type { RefundWish } from './decide-refunds.ts';
import type { Said, Terms } from './deps.ts';
import type { Bill, Captured, Payment } from './payment.ts';

/** Why Stripe was asked. */
export type Wish =
  /** It answered our attempt to have this bill paid. */
  | { readonly to: 'pay'; readonly bill: Bill }
  /** Something may have changed. */
  | { readonly to: 'know' }
  /** The time to pay is over. */
  | { readonly to: 'expire'; readonly bill?: Bill }
  /** The order has ended: nothing of its money is ours. `unpaid`: it did since nobody paid in time. */
  | { readonly to: 'end'; readonly reason: string; readonly unpaid?: boolean }
  | { readonly to: 'capture'; readonly because: 'dispatched' | 'lapsing' };

/** What Stripe says; undefined: it knows of nothing. */
export type Truth = Intent | Refused | undefined;

export interface Given {
  readonly orderId: string;
  readonly now: Date;
  readonly terms: Terms;
  /** Which try of the event this is. */
  readonly attempt: number;
}

/** What comes of it without another call to Stripe. */
export type Settled =
  | { readonly kind: 'become'; readonly state: Payment; readonly say: readonly Said[] }
  | { readonly kind: 'nothing'; readonly why: string }
  /** Something that is under way has to be finished first. */
  | { readonly kind: 'wait'; readonly why: string }
  /** A person has to look. */
  | { readonly kind: 'alarm'; readonly why: string };

export type Verdict =
  | Settled
  /**
   * Cancel the intent, which nobody may wait for any more. Once that is done, `afterwards`, or `ifPaid` if that let go
   * an authorisation of the same moment; should Stripe not cancel it, decide anew.
   */
  | {
      readonly kind: 'cancel';
      readonly intentId: string;
      /** Given up since nobody paid; else its order was cancelled. */
      readonly abandoned: boolean;
      readonly afterwards: Settled;
      readonly ifPaid?: (released: Money) => Settled;
    }
  | { readonly kind: 'refund'; readonly state: Captured; readonly wish: RefundWish; readonly say: readonly Said[] };

/** How often Stripe is asked for what it is still processing. */
export const LOOK_AGAIN_MS = 60_000;
export const become = (state: Payment, ...say: Said[]): Settled => ({ kind: 'become', state, say });
export const nothing = (why: string): Settled => ({ kind: 'nothing', why });
export const wait = (why: string): Settled => ({ kind: 'wait', why });
export const alarm = (why: string): Settled => ({ kind: 'alarm', why });

import type { Failure } from '../trpc/failure.ts';
import type { PlaceInput } from './checkout-values.ts';
import { kept } from './kept.ts';

/**
 * One try to order, from Pay until its outcome is known. Key, identity and body stay as they are, also over a reload:
 * asking again with them gives the order that there is, or places it, once.
 */
export interface Attempt {
  readonly body: PlaceInput;
  /** The account that orders; null: a guest. */
  readonly customer: string | null;
  /** It was sent at least once without an answer that says what became of it. */
  readonly uncertain: boolean;
}

export const keptAttempt = kept<Attempt>('attempt');

/** An attempt without an answer that the customer wants to change: its key, and what it was, in case it has arrived. */
export const keptRelease = kept<Attempt>('released');

/** The order that came of the last attempt of this tab. */
export const keptOrder = kept<{ readonly id: string; readonly number: string }>('ordered');

/**
 * What an answer other than the order says of an attempt.
 * `unknown`: it may have been placed. `refused`: it was not, and will not be as it is. `sign-in`: nobody knows whose it is.
 */
export type Verdict = 'unknown' | 'refused' | 'sign-in' | 'taken';

/** Only these are said after a look whether there is an order with the key. */
const LOOKED_UP = [
  'OUT_OF_DATE_PRICE',
  'UNKNOWN_SKU',
  'UNSUPPORTED_COUNTRY',
  'UNSUPPORTED_CURRENCY',
  'TOO_MUCH_UNPAID',
] as const satisfies readonly Failure['reason'][];

/** These say nothing of an earlier sending, only of this one: it did not get as far as an order. */
const NOT_TAKEN = [
  'BROKER_UNAVAILABLE',
  'RATE_LIMITED',
  'INVALID_INPUT',
  'FORBIDDEN',
  'CSRF',
  'BODY_TOO_LARGE',
] as const satisfies readonly Failure['reason'][];

export function verdictOn({ reason, field }: Failure, { uncertain }: Pick<Attempt, 'uncertain'>): Verdict {
  if (reason === 'IDEMPOTENCY_MISMATCH') return 'taken';
  if (reason === 'UNAUTHENTICATED' || reason === 'TOKEN_EXPIRED') return 'sign-in';
  if (LOOKED_UP.some((known) => known === reason)) return 'refused';
  // Limits that name a field are looked at where the order is placed, those that don't in front of it.
  if (reason === 'RATE_LIMITED' && field !== undefined) return 'refused';
  return !uncertain && NOT_TAKEN.some((known) => known === reason) ? 'refused' : 'unknown';
}

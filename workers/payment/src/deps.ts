import { type Eraser, type SaidBy, SHARED_DEFAULTS } from '@orderflow/runtime';
import type { Cards } from './adapters/cards.ts';
import type { payment } from './worker.ts';

/** What the shop allows. */
export interface Terms {
  /** Payment methods that may be tried for one order. */
  readonly attempts: number;
  /** By how much a challenge (3-D Secure) makes the hold longer, once for each order. */
  readonly challengeSeconds: number;
  /** How long stock is held after a declined card; so long too may a challenge take where it is held for one attempt only. */
  readonly declinedHoldSeconds: number;
  /** How long before an authorisation lapses it is captured, parcel or not. */
  readonly captureMarginSeconds: number;
}

export const DEFAULT_TERMS: Terms = {
  attempts: SHARED_DEFAULTS.PAYMENT_ATTEMPTS,
  challengeSeconds: 900,
  declinedHoldSeconds: 180,
  captureMarginSeconds: SHARED_DEFAULTS.CAPTURE_MARGIN_SECONDS,
};

/** What the handlers work with. */
export interface Deps {
  readonly cards: Cards;
  readonly terms: Terms;
  /** Takes an order's personal data out of its document. */
  readonly erase: Eraser;
}

/** What payment publishes. */
export type PaymentFact = SaidBy<typeof payment>;

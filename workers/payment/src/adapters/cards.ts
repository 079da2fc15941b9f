import type { Money } from '@orderflow/contracts';

/** An order's payment, as the provider knows it by the order's id. */
export type Authorization =
  | {
      readonly status: 'authorized';
      readonly intentId: string;
      /** What can really be captured, as the provider says. */
      readonly amount: Money;
      /** ISO 8601. */
      readonly captureBefore: string;
    }
  | { readonly status: 'captured'; readonly intentId: string; readonly amount: Money }
  | { readonly status: 'declined'; readonly code: string; readonly message: string };

export interface AuthorizationRequest extends Attempted {
  /** 1 for the first card; another card is another attempt. */
  readonly attempt: number;
  readonly amount: Money;
  /** A Stripe PaymentMethod id. */
  readonly paymentMethod: string;
}

interface Attempted {
  readonly orderId: string;
  /** This may have been asked for already: look it up before asking again. */
  readonly triedBefore: boolean;
}

export interface OfIntent extends Attempted {
  readonly intentId: string;
}

/**
 * Whoever charges cards. However often a call is repeated for an order, one authorisation, one capture and one
 * void come of it.
 * @throws DependencyError when it certainly did not happen, UnknownOutcomeError when it may have
 */
export interface Cards {
  /** Puts the amount on hold. A refusal is a result, not an error. */
  authorize(request: AuthorizationRequest): Promise<Authorization>;
  /** What is known of this order; undefined: nothing was ever asked for. */
  find(orderId: string): Promise<Authorization | undefined>;
  /** Collects the whole amount. `gone`: the authorisation lapsed or was voided. */
  capture(intent: OfIntent): Promise<'captured' | 'gone'>;
  /** Lets the amount go. `captured`: too late, only a refund gives it back. */
  void(intent: OfIntent): Promise<'voided' | 'captured'>;
}

import type { Dispute, Money, Review } from '@orderflow/contracts';

/** Why a card, or what came with it, was refused. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** The card, hashed (`cardOf`), where the provider says which it was. */
  readonly card?: string;
}

export interface RefundSnapshot {
  readonly stripeRefundId: string;
  /** Ours, if it was made here. */
  readonly refundId?: string;
  readonly amount: Money;
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** Why it failed. */
  readonly code?: string;
}

/** An order's payment, as the provider says it is at this moment. */
export type Intent = {
  readonly intentId: string;
  /** Undefined: it was not made by us. */
  readonly orderId?: string;
  /** The provider's id of the payment method that was tried last. */
  readonly method?: string;
  /** Undefined: there were none, or they were not looked at. */
  readonly disputes?: readonly Dispute[];
  readonly review?: Review;
} & (
  | {
      /** Waits for a payment method. */
      readonly status: 'open';
      /** Why the last one did not do. */
      readonly refusal?: Refusal;
    }
  /** The customer has to answer the bank (3-D Secure). */
  | { readonly status: 'action_required' }
  /** Nobody can say yet, and it can't be cancelled. */
  | { readonly status: 'processing' }
  | {
      readonly status: 'authorized';
      /** What can really be captured. */
      readonly amount: Money;
      /** ISO 8601. */
      readonly captureBefore: string;
    }
  | {
      readonly status: 'captured';
      /** What was collected. */
      readonly amount: Money;
      readonly refunds: readonly RefundSnapshot[];
    }
  | {
      readonly status: 'canceled';
      /** What had been authorised, if anything had. */
      readonly released?: Money;
      /** We cancelled it, since the order had ended or nobody had paid; or Stripe did, or a person there. */
      readonly because: 'ended' | 'abandoned' | 'other';
    }
);

/** Refused before it became an intent, or without touching the one there is. */
export type Refused = Refusal & {
  readonly status: 'refused';
  /** No other payment method would help. */
  readonly hopeless: boolean;
};

/** What is known of earlier tries to pay, none of which we know the outcome of. */
export interface Earlier {
  /** There may have been one so long ago that the provider has forgotten its key. */
  readonly forgotten: boolean;
  /** The last one is so long ago that the provider's search knows what came of it. */
  readonly searchable: boolean;
}

/** The same for every try: its key stands for exactly these parameters. */
export interface PayRequest {
  readonly orderId: string;
  /** 1 for the first payment method; another one is another attempt. */
  readonly attempt: number;
  readonly amount: Money;
  /** A Stripe PaymentMethod id. */
  readonly paymentMethod: string;
  /** The order's intent, if there is one: it is confirmed anew. */
  readonly intentId?: string;
  readonly earlier: Earlier;
}

export interface OfIntent {
  readonly orderId: string;
  readonly intentId: string;
}

/** The intent's refunds were looked at just now, and this one was not among them. */
export interface RefundRequest {
  readonly orderId: string;
  readonly intentId: string;
  readonly refundId: string;
  readonly amount: Money;
}

/**
 * The card provider. However often a call is repeated for an order, one authorisation, one capture, one
 * void and one refund for each refund id come of it. Each answers with the intent as it is then.
 * @throws DependencyError when it certainly did not happen, UnknownOutcomeError when it may have: repeat it as it is;
 * TransientError when that says nothing of the provider's health; PermanentError when a person has to look
 */
export interface Cards {
  /** Puts the amount on hold. A refusal is a result, not an error. */
  pay(request: PayRequest): Promise<Intent | Refused>;
  /** What is known of this order; undefined: nothing was ever asked for. */
  find(orderId: string): Promise<Intent | undefined>;
  /** Undefined: there is no such intent. */
  look(intentId: string): Promise<Intent | undefined>;
  /** Collects what is authorised: all of it, or so much, and then the rest is let go. */
  capture(intent: OfIntent & { readonly amount?: Money }): Promise<Intent>;
  /** Lets the amount go, or ends an intent that nobody has paid, if that is still possible. */
  cancel(intent: OfIntent & { readonly abandoned: boolean }): Promise<Intent>;
  /** Gives captured money back. A refusal is a result. */
  refund(request: RefundRequest): Promise<RefundSnapshot | Refused>;
}

import type { Webhook } from './providers.ts';

/** What customers and staff ask of the gateway. Each answers `done`, or the reason why it refused. */
export interface Shop {
  /** Answers with the order's id. */
  place(cart: PlacedCart): Promise<string>;
  cancel(orderId: string, actor: 'customer' | 'staff'): Promise<string>;
  retryPayment(orderId: string, paymentMethod: string): Promise<string>;
  refund(orderId: string, wanted: RefundWanted): Promise<string>;
  requestReturn(orderId: string): Promise<string>;
  /** A provider's webhook arrives, signed. */
  receive(webhook: Webhook): Promise<void>;
  /** Publishes what a crash left in the outboxes. */
  sweep(): Promise<void>;
}

export interface PlacedCart {
  /** The idempotency key: placed again with the same, it is the same order. */
  readonly key: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly paymentMethod: string;
  readonly shippingMethod: 'standard' | 'express';
  readonly phone?: string | undefined;
}

export interface RefundWanted {
  readonly refundId: string;
  readonly what: 'everything' | 'first line' | 'one cent';
  readonly restock: boolean;
}

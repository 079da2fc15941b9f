import type { Webhook } from './providers.ts';

/** What customers and staff ask of the gateway. Each answers `done`, or the reason why it refused. */
export interface Shop {
  /** Answers with the order's id. */
  place(cart: PlacedCart): Promise<string>;
  cancel(orderId: string, actor: 'customer' | 'staff'): Promise<string>;
  retryPayment(orderId: string, paymentMethod: string): Promise<string>;
  refund(orderId: string, wanted: RefundWanted): Promise<string>;
  requestReturn(orderId: string): Promise<string>;
  /** One of the first line is taken out of the order. */
  takeOut(orderId: string, key: string): Promise<string>;
  /** The order goes to another house. */
  move(orderId: string, key: string): Promise<string>;
  /** Staff look at the first thing of the order that has come back. */
  inspect(orderId: string, inspectionId: string, sellable: boolean): Promise<string>;
  /** To an address that nobody had before. */
  changeEmail(orderId: string): Promise<string>;
  /** As part of the erasure of its customer. */
  erase(orderId: string): Promise<string>;
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

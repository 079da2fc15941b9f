import { z } from 'zod';
import { refundCauseSchema } from '../events/order-refund-requested.ts';
import { addressSchema, contactSchema } from '../nouns/address.ts';
import { moneySchema } from '../nouns/money.ts';
import {
  localeSchema,
  orderIdSchema,
  orderLineSchema,
  orderStatusSchema,
  parcelSchema,
  parcelStatusSchema,
  paymentMethodSchema,
  paymentStatusSchema,
  pricesSchema,
  quantityLineSchema,
  quantitySchema,
  shipmentStatusSchema,
  shippingMethodSchema,
  skuSchema,
  warehouseSchema,
} from '../nouns/order.ts';
import { staffOnly } from './attention.ts';

const linesInput = z
  .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
  .min(1, 'must have at least one line')
  .max(50, 'must have at most 50 lines');

/** A UUID that cannot be guessed, 4 or 7 (RFC 9562); written in any case it is the same key. */
const idempotencyKeyInput = z
  .uuid('must be a UUID')
  .regex(/^.{14}[47]/, 'must be a random UUID, of version 4 or 7')
  .toLowerCase();

const currencyInput = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 currency code, e.g. EUR');

export const quoteInput = z.strictObject({
  lines: linesInput,
  shippingMethod: shippingMethodSchema,
  address: addressSchema.strict(),
  currency: currencyInput,
});
export type QuoteInput = z.infer<typeof quoteInput>;

export const quoteOutput = z.object({ lines: z.array(orderLineSchema), ...pricesSchema.shape });
export type Quote = z.infer<typeof quoteOutput>;

/**
 * Input of `orders.place`. The client's idea of prices is never trusted: `expectedTotal` (minor units of
 * `currency`) only makes the order fail with `OUT_OF_DATE_PRICE` when the shop's total differs.
 */
export const placeOrderInput = quoteInput.extend({
  idempotencyKey: idempotencyKeyInput,
  contact: contactSchema.strict(),
  paymentMethod: paymentMethodSchema,
  expectedTotal: z.int().nonnegative().optional(),
  /** The language of notices and documents. */
  locale: localeSchema.optional(),
});
export type PlaceOrderInput = z.infer<typeof placeOrderInput>;

const trackingSchema = z.object({
  carrier: z.string(),
  number: z.string(),
  url: z.string(),
  eta: z.iso.datetime().optional(),
});

/** One parcel of an order. */
export const orderParcelSchema = parcelSchema.extend({
  status: parcelStatusSchema,
  tracking: trackingSchema.optional(),
  /** Why it will not arrive. */
  reason: z.string().optional(),
});
export type OrderParcel = z.infer<typeof orderParcelSchema>;

/** `requested` is ours, the others are Stripe's. `failed`: the money is still with the shop. */
export const refundStatusSchema = z.enum(['requested', 'succeeded', 'failed']);
export const orderRefundSchema = z.object({
  refundId: z.uuid(),
  amount: moneySchema,
  lines: z.array(quantityLineSchema),
  restock: z.boolean(),
  reason: z.string(),
  cause: refundCauseSchema.optional(),
  /** Where the goods are, if they are back. */
  warehouse: warehouseSchema.optional(),
  /** The request was for everything that was left. */
  everything: z.literal(true).optional(),
  status: refundStatusSchema,
  /** When it was requested; once it has succeeded, when Stripe refunded it. */
  at: z.iso.datetime(),
});
export type OrderRefund = z.infer<typeof orderRefundSchema>;

export const orderReturnSchema = z.object({
  returnId: z.uuid(),
  lines: z.array(quantityLineSchema),
  reason: z.string(),
  status: z.enum(['requested', 'created', 'received', 'failed']),
  /** Where it has arrived. */
  warehouse: warehouseSchema.optional(),
  tracking: trackingSchema.optional(),
  at: z.iso.datetime(),
});
export type OrderReturn = z.infer<typeof orderReturnSchema>;

/** What the customer has to do to pay, and until when. */
export const paymentDueSchema = z.object({
  /** `retry`: another payment method; `challenge`: a confirmation by the bank. */
  need: z.enum(['retry', 'challenge']),
  attempt: z.int().min(1),
  attemptsLeft: z.int().nonnegative().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  until: z.iso.datetime(),
});
export type PaymentDue = z.infer<typeof paymentDueSchema>;

/** An order as its owner and staff see it. The three axes of its state are kept apart. */
export const orderSchema = z.object({
  id: orderIdSchema,
  /** Incremented by every change: watchers resume from it. */
  revision: z.int().positive(),
  customerId: z.string(),
  status: orderStatusSchema,
  payment: paymentStatusSchema,
  shipment: shipmentStatusSchema,
  /** Why it was rejected, failed or cancelled. */
  reason: z.string().optional(),
  lines: z.array(orderLineSchema),
  ...pricesSchema.shape,
  address: addressSchema,
  contact: contactSchema,
  shippingMethod: shippingMethodSchema,
  /** The first parcel's. */
  tracking: trackingSchema.optional(),
  parcels: z.array(orderParcelSchema),
  paymentDue: paymentDueSchema.optional(),
  captured: moneySchema.optional(),
  refunded: moneySchema.optional(),
  refunds: z.array(orderRefundSchema),
  returns: z.array(orderReturnSchema),
  /** Why staff have to look at the order. */
  attention: z.string().optional(),
  ...staffOnly,
  locale: localeSchema,
  placedAt: z.iso.datetime(),
  cancelUntil: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Order = z.infer<typeof orderSchema>;

const reasonInput = z.string().trim().min(1, 'is required').max(500);

/** `effect`: what will happen to the customer's money. */
export const cancelOrderInput = z.strictObject({ orderId: orderIdSchema, reason: reasonInput.optional() });
export const cancelOrderOutput = z.object({
  order: orderSchema,
  effect: z.enum(['nothing_charged', 'void', 'refund']),
});

export const retryPaymentInput = z.strictObject({ orderId: orderIdSchema, paymentMethod: paymentMethodSchema });

/** `clientSecret` is for Stripe.js and for the customer's eyes only. */
export const paymentChallengeOutput = z.object({
  intentId: z.string(),
  clientSecret: z.string(),
  until: z.iso.datetime(),
});

export const requestReturnInput = z.strictObject({
  orderId: orderIdSchema,
  lines: linesInput,
  reason: reasonInput,
});
export const requestReturnOutput = z.object({ order: orderSchema, returnId: z.uuid() });

/** Links to PDFs, good for an hour. */
export const invoiceOutput = z.object({
  number: z.string(),
  url: z.string(),
  creditNotes: z.array(z.object({ refundId: z.uuid(), number: z.string(), url: z.string() })),
});

export const orderIdInput = z.strictObject({ orderId: orderIdSchema });

export const listOrdersInput = z
  .strictObject({
    status: orderStatusSchema.optional(),
    cursor: orderIdSchema.optional(),
    limit: z.int().min(1).max(100).default(20),
  })
  .default({ limit: 20 });
export const listOrdersOutput = z.object({
  orders: z.array(orderSchema),
  /** Ids of orders that belong on this page and cannot be read as they are stored. */
  unreadable: z.array(z.string()),
  nextCursor: z.string().optional(),
});

/** One event of an order, in words for people. */
export const timelineEntrySchema = z.object({
  eventId: z.string(),
  type: z.string(),
  source: z.string(),
  at: z.iso.datetime(),
  causedBy: z.string().optional(),
  text: z.string(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export const timelineOutput = z.object({
  orderId: orderIdSchema,
  entries: z.array(timelineEntrySchema),
  /** Event ids of entries that cannot be read as they are stored. */
  unreadable: z.array(z.string()),
});

export const watchInput = z.strictObject({ orderId: orderIdSchema, lastEventId: z.string().nullish() });

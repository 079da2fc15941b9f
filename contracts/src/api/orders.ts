import { z } from 'zod';
import { addressSchema, contactSchema } from '../nouns/address.ts';
import {
  orderIdSchema,
  orderLineSchema,
  orderStatusSchema,
  paymentMethodSchema,
  paymentStatusSchema,
  pricesSchema,
  quantitySchema,
  shipmentStatusSchema,
  shippingMethodSchema,
  skuSchema,
} from '../nouns/order.ts';

const linesInput = z
  .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
  .min(1, 'must have at least one line')
  .max(50, 'must have at most 50 lines');

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
  idempotencyKey: z.string().regex(/^[\w-]{8,64}$/, 'must be 8 to 64 letters, digits, _ or -'),
  contact: contactSchema.strict(),
  paymentMethod: paymentMethodSchema,
  expectedTotal: z.int().nonnegative().optional(),
});
export type PlaceOrderInput = z.infer<typeof placeOrderInput>;

/** An order as its owner and staff see it. The three axes of its state are kept apart. */
export const orderSchema = z.object({
  id: orderIdSchema,
  /** Raised by every change: watchers resume by it. */
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
  tracking: z.object({ carrier: z.string(), number: z.string(), url: z.string(), eta: z.iso.datetime() }).optional(),
  placedAt: z.iso.datetime(),
  cancelUntil: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Order = z.infer<typeof orderSchema>;

export const orderIdInput = z.strictObject({ orderId: orderIdSchema });

export const listOrdersInput = z
  .strictObject({
    status: orderStatusSchema.optional(),
    cursor: orderIdSchema.optional(),
    limit: z.int().min(1).max(100).default(20),
  })
  .default({ limit: 20 });
export const listOrdersOutput = z.object({ orders: z.array(orderSchema), nextCursor: orderIdSchema.optional() });

/** One fact of an order's life, in words for people. */
export const timelineEntrySchema = z.object({
  eventId: z.string(),
  type: z.string(),
  source: z.string(),
  at: z.iso.datetime(),
  causedBy: z.string().optional(),
  text: z.string(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export const timelineOutput = z.object({ orderId: orderIdSchema, entries: z.array(timelineEntrySchema) });

export const watchInput = z.strictObject({ orderId: orderIdSchema, lastEventId: z.string().nullish() });

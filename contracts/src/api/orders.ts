import { z } from 'zod';
import { addressChangeInput, addressInput, addressSchema, contactInput, contactSchema } from '../nouns/address.ts';
import { inspectionSchema } from '../nouns/inspection.ts';
import { moneySchema } from '../nouns/money.ts';
import {
  basisPointsSchema,
  localeSchema,
  orderIdSchema,
  orderLineSchema,
  orderNumberSchema,
  orderStatusSchema,
  parcelSchema,
  parcelStatusSchema,
  paymentMethodSchema,
  paymentStatusSchema,
  pricesSchema,
  shipmentStatusSchema,
  shippingMethodSchema,
  warehouseSchema,
} from '../nouns/order.ts';
import { orderEditSchema } from '../nouns/order-edit.ts';
import { quantityLineSchema, quantitySchema, skuSchema } from '../nouns/quantity.ts';
import { refundCauseSchema } from '../nouns/refund-cause.ts';
import { vatIdInput, vatIdSchema } from '../nouns/vat-id.ts';
import { staffOnly } from './attention.ts';
import { emailProblemSchema } from './change-email.ts';
import { currencyInput, placedWithin, searchTextInput, wordsInput } from './inputs.ts';

const linesInput = z
  .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
  .min(1, 'must have at least one line')
  .max(50, 'must have at most 50 lines');

/** A UUID that cannot be guessed, 4 or 7 (RFC 9562); written in any case it is the same key. */
const idempotencyKeyInput = z
  .uuid('must be a UUID')
  .regex(/^.{14}[47]/, 'must be a random UUID, of version 4 or 7')
  .toLowerCase();

export const quoteInput = z.strictObject({
  lines: linesInput,
  shippingMethod: shippingMethodSchema,
  address: addressInput,
  currency: currencyInput,
});
export type QuoteInput = z.infer<typeof quoteInput>;

/** A line with all its prices; for orders of versions before they are worked out. */
export const pricedLineSchema = orderLineSchema.required();

/** Prices with all their parts: `total` is the sum of the lines' gross and `shippingGross`. */
const pricedSchema = z.object({
  lines: z.array(pricedLineSchema),
  ...pricesSchema.shape,
  shippingGross: moneySchema,
  taxBasisPoints: basisPointsSchema,
});
export const quoteOutput = pricedSchema;
export type Quote = z.infer<typeof quoteOutput>;

/**
 * Input of `orders.place`. The client's idea of prices is never trusted: `expectedTotal` (minor units of
 * `currency`) only makes the order fail with `OUT_OF_DATE_PRICE` when the shop's total differs.
 */
export const placeOrderInput = quoteInput.extend({
  idempotencyKey: idempotencyKeyInput,
  contact: contactInput,
  paymentMethod: paymentMethodSchema,
  expectedTotal: z.int().nonnegative().optional(),
  /** The language of notices and documents. */
  locale: localeSchema.optional(),
  /** Whom the invoice is for, if not whom the goods go to. */
  billingAddress: addressInput.optional(),
  vatId: vatIdInput.optional(),
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
  /** What staff found in it when it came back. */
  inspection: inspectionSchema.optional(),
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
  /** What staff found in it. */
  inspection: inspectionSchema.optional(),
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

/** What a cancellation does to the customer's money. */
export const cancelEffectSchema = z.enum(['nothing_charged', 'void', 'refund']);
export type CancelEffect = z.infer<typeof cancelEffectSchema>;

/** An order as its owner and staff see it. The three axes of its state are kept apart. */
export const orderSchema = z.object({
  id: orderIdSchema,
  /** Incremented by every change: watchers resume from it. */
  revision: z.int().positive(),
  number: orderNumberSchema,
  /** The region whose cell has it, where there are several. */
  region: z.string().optional(),
  customerId: z.string(),
  status: orderStatusSchema,
  payment: paymentStatusSchema,
  shipment: shipmentStatusSchema,
  /** Why it was rejected, failed or cancelled. */
  reason: z.string().optional(),
  ...pricedSchema.shape,
  address: addressSchema,
  billingAddress: addressSchema.optional(),
  vatId: vatIdSchema.optional(),
  contact: contactSchema,
  emailProblem: emailProblemSchema.optional(),
  shippingMethod: shippingMethodSchema,
  /** The first parcel's. */
  tracking: trackingSchema.optional(),
  parcels: z.array(orderParcelSchema),
  paymentDue: paymentDueSchema.optional(),
  captured: moneySchema.optional(),
  refunded: moneySchema.optional(),
  refunds: z.array(orderRefundSchema),
  returns: z.array(orderReturnSchema),
  /** What was changed of it, or was to be, before it was sent. */
  edits: z.array(orderEditSchema).optional(),
  /** Why staff have to look at the order. */
  attention: z.string().optional(),
  ...staffOnly,
  locale: localeSchema,
  placedAt: z.iso.datetime(),
  cancelUntil: z.iso.datetime(),
  /** Stock is held for the order, which is not paid yet, until then. */
  hold: z.object({ until: z.iso.datetime() }).optional(),
  /** Null: it cannot be cancelled any more. */
  cancellable: z
    .object({
      /** Nothing leaves before; null: it may leave any moment, and can be cancelled until it does. */
      until: z.iso.datetime().nullable(),
      effect: cancelEffectSchema,
    })
    .nullable(),
  /** What can still be taken out of it, and whether its address can be changed; null: nothing, or not any more. */
  editable: z.object({ lines: z.array(quantityLineSchema), address: z.boolean() }).nullable(),
  /** Null: nothing of it can be sent back, or not any more. */
  returnable: z.object({ until: z.iso.datetime(), lines: z.array(quantityLineSchema).min(1) }).nullable(),
  updatedAt: z.iso.datetime(),
  /** Its customer's personal data has gone, at their wish: name, addresses and contact say so. */
  erased: z.object({ at: z.iso.datetime() }).optional(),
});
export type Order = z.infer<typeof orderSchema>;

/** Without `lines` the whole order. `idempotencyKey` is the caller's: sent twice, the lines are taken out once. */
export const cancelOrderInput = z.strictObject({
  orderId: orderIdSchema,
  reason: wordsInput.optional(),
  lines: linesInput.optional(),
  idempotencyKey: idempotencyKeyInput.optional(),
});
/** `effect`: what will happen to the customer's money. */
export const cancelOrderOutput = z.object({
  order: orderSchema,
  effect: cancelEffectSchema,
});

/** Only what is given changes. `idempotencyKey` is the caller's. */
export const changeAddressInput = z.strictObject({
  orderId: orderIdSchema,
  address: addressChangeInput,
  idempotencyKey: idempotencyKeyInput.optional(),
});

export const retryPaymentInput = z.strictObject({ orderId: orderIdSchema, paymentMethod: paymentMethodSchema });

/** `clientSecret` is for Stripe.js and for the customer's eyes only. */
export const paymentChallengeOutput = z.object({
  intentId: z.string(),
  clientSecret: z.string(),
  /** The bank's page, for a frame, where a stand-in plays Stripe. */
  url: z.string().optional(),
  until: z.iso.datetime(),
});

/** `returnId` is the caller's: sent twice, one return. Without it each call is another return. */
export const requestReturnInput = z.strictObject({
  orderId: orderIdSchema,
  returnId: z.uuid('must be a UUID').toLowerCase().optional(),
  lines: linesInput,
  reason: wordsInput,
});
export const requestReturnOutput = z.object({ order: orderSchema, returnId: z.uuid() });

/** Links to PDFs, good for an hour. */
export const invoiceOutput = z.object({
  number: z.string(),
  url: z.string(),
  creditNotes: z.array(z.object({ refundId: z.uuid(), number: z.string(), url: z.string() })),
});

export const orderIdInput = z.strictObject({ orderId: orderIdSchema });

/** All that are given must match. */
export const listOrdersInput = z
  .strictObject({
    status: orderStatusSchema.optional(),
    /** Any of these. */
    statuses: z.array(orderStatusSchema).min(1).max(orderStatusSchema.options.length).optional(),
    /** An order's number or the beginning of one, a SKU, or a part of a product's name. */
    text: searchTextInput.optional(),
    ...placedWithin,
    cursor: orderIdSchema.optional(),
    limit: z.int().min(1).max(100).default(20),
  })
  .default({ limit: 20 });
export const listOrdersOutput = z.object({
  orders: z.array(orderSchema),
  /** Ids of orders that belong on this page and cannot be read as they are stored. */
  unreadable: z.array(z.string()),
  /** Regions that did not answer: what is theirs is missing. Where there are no regions it never comes. */
  regionsAway: z.array(z.string()).optional(),
  nextCursor: z.string().optional(),
});
export type OrdersListed = z.infer<typeof listOrdersOutput>;

/** One event of an order, in words for people. */
export const timelineEntrySchema = z.object({
  eventId: z.string(),
  type: z.string(),
  source: z.string(),
  at: z.iso.datetime(),
  causedBy: z.string().optional(),
  text: z.string(),
  /** The order's revision that it came with; entries of versions before have none. */
  revision: z.int().positive().optional(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export const timelineOutput = z.object({
  orderId: orderIdSchema,
  entries: z.array(timelineEntrySchema),
  /** Event ids of entries that cannot be read as they are stored. */
  unreadable: z.array(z.string()),
});

export const watchInput = z.strictObject({ orderId: orderIdSchema, lastEventId: z.string().nullish() });

/** The order, with the entries of its timeline since the watcher's last revision; at first all of them. */
export const watchedOrderSchema = orderSchema.extend({ newEntries: z.array(timelineEntrySchema) });
export type WatchedOrder = z.infer<typeof watchedOrderSchema>;

export const watchManyInput = z.strictObject({
  orderIds: z.array(orderIdSchema).min(1).max(20),
  lastEventId: z.string().max(1_000).nullish(),
});
/** What `orders.watchMany` sends: one order that has changed. */
export const orderUpdateSchema = z.object({
  orderId: orderIdSchema,
  order: orderSchema,
  newEntries: z.array(timelineEntrySchema),
});
export type OrderUpdate = z.infer<typeof orderUpdateSchema>;

import { z } from 'zod';
import { moneySchema } from './money.ts';

export const orderIdSchema = z.uuid('must be an order id (UUID)');
export const skuSchema = z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,39}$/, 'must be a SKU, e.g. MUG-ENAMEL-RED');
export const quantitySchema = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(99, 'must be at most 99');

/** What an order asks of one SKU; duplicates are summed before it becomes a fact. */
export const quantityLineSchema = z.object({ sku: skuSchema, quantity: z.int().min(1) });
export type QuantityLine = z.infer<typeof quantityLineSchema>;

/** A priced line: unit price at the time of ordering, before tax. */
export const orderLineSchema = quantityLineSchema.extend({ name: z.string(), unitPrice: moneySchema });
export type OrderLine = z.infer<typeof orderLineSchema>;

export const shippingMethodSchema = z.enum(['standard', 'express']);
export type ShippingMethod = z.infer<typeof shippingMethodSchema>;

/** A Stripe PaymentMethod id, never card data. */
export const paymentMethodSchema = z.string().regex(/^pm_[A-Za-z0-9_]{1,100}$/, 'must be a payment method id (pm_…)');

/** The languages we write to customers in. */
export const localeSchema = z.enum(['en', 'de']);
export type Locale = z.infer<typeof localeSchema>;

export const warehouseSchema = z.string().regex(/^[A-Z][A-Z0-9-]{1,19}$/, 'must be a warehouse, e.g. BERLIN');

/** What leaves one warehouse for one order as one shipment. `parcelId` is unique within the order. */
export const parcelSchema = z.object({
  parcelId: z.string().regex(/^[0-9]{1,3}$/),
  warehouse: warehouseSchema,
  lines: z.array(quantityLineSchema).min(1),
});
export type Parcel = z.infer<typeof parcelSchema>;

export const orderStatusSchema = z.enum([
  'pending',
  'confirmed',
  'shipped',
  'delivered',
  'rejected',
  'payment_failed',
  'cancelling',
  'cancelled',
  'expired',
]);
export type OrderStatus = z.infer<typeof orderStatusSchema>;

export const paymentStatusSchema = z.enum([
  'none',
  'authorizing',
  'action_required',
  'authorized',
  'captured',
  'partially_refunded',
  'refunded',
  'voided',
  'failed',
]);
export type PaymentStatus = z.infer<typeof paymentStatusSchema>;

/** Of the whole order, over all its parcels. */
export const shipmentStatusSchema = z.enum([
  'none',
  'created',
  'partially_dispatched',
  'dispatched',
  'delivered',
  'failed',
  'cancelled',
]);
export type ShipmentStatus = z.infer<typeof shipmentStatusSchema>;

/** Of one parcel. `lost` and `returned` are ends that only a parcel which has left can come to. */
export const parcelStatusSchema = z.enum([
  'reserved',
  'created',
  'dispatched',
  'delivered',
  'failed',
  'lost',
  'returned',
  'cancelled',
  'replaced',
]);
export type ParcelStatus = z.infer<typeof parcelStatusSchema>;

/** The prices of an order: `total = subtotal + shipping + tax`, all in one currency. */
export const pricesSchema = z.object({
  subtotal: moneySchema,
  shipping: moneySchema,
  tax: moneySchema,
  total: moneySchema,
});
export type Prices = z.infer<typeof pricesSchema>;

import { z } from 'zod';
import { moneySchema } from './money.ts';
import { quantityLineSchema } from './quantity.ts';

export const orderIdSchema = z.uuid('must be an order id (UUID)');

/** What people read out: Crockford's base32, seven characters and one that checks them, e.g. `7K3M-9QXD`. */
export const orderNumberSchema = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/, 'must be an order number, e.g. 7K3M-9QXD');
/** A rate of tax: 1900 is 19 %. */
export const basisPointsSchema = z.int().nonnegative();

/**
 * A priced line at the time of ordering. `unitPrice` is before tax, `unitGross` with it, rounded for one piece; `net`,
 * `tax` and `gross` are the whole line's, `gross = unitGross * quantity`. Orders of versions before have `unitPrice` only.
 */
export const orderLineSchema = quantityLineSchema.extend({
  name: z.string(),
  unitPrice: moneySchema,
  unitGross: moneySchema.optional(),
  net: moneySchema.optional(),
  tax: moneySchema.optional(),
  gross: moneySchema.optional(),
  taxBasisPoints: basisPointsSchema.optional(),
});
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
  /** All that was in it was taken out before it left. */
  'emptied',
]);
export type ParcelStatus = z.infer<typeof parcelStatusSchema>;

/**
 * The prices of an order, all in one currency: `total = subtotal + shipping + tax`, and where the parts have it, the
 * gross of the lines and `shippingGross`. Orders of versions before lack `shippingGross` and `taxBasisPoints`.
 */
export const pricesSchema = z.object({
  subtotal: moneySchema,
  shipping: moneySchema,
  tax: moneySchema,
  total: moneySchema,
  shippingGross: moneySchema.optional(),
  taxBasisPoints: basisPointsSchema.optional(),
});
export type Prices = z.infer<typeof pricesSchema>;

import { z } from 'zod';
import { addressSchema } from './address.ts';
import { moneySchema } from './money.ts';
import { localeSchema, orderLineSchema, orderNumberSchema, pricesSchema, shippingMethodSchema } from './order.ts';
import { quantityLineSchema } from './quantity.ts';
import { refundCauseSchema } from './refund-cause.ts';
import { vatIdSchema } from './vat-id.ts';

/** What an invoice or a credit note says, as it was issued: nothing of it is looked up again. */
const issuedSchema = z.object({
  /** E.g. `INV-2026-000042`: consecutive in a year of the seller's, without gaps. */
  number: z.string().min(1),
  /** When it was issued. */
  date: z.iso.datetime(),
  orderNumber: orderNumberSchema.optional(),
  locale: localeSchema,
  seller: z.object({
    name: z.string(),
    address: z.array(z.string()),
    vatId: z.string().optional(),
    timeZone: z.string(),
  }),
  /** Where the goods go. */
  customer: addressSchema,
  billingAddress: addressSchema.optional(),
  vatId: vatIdSchema.optional(),
});

export const invoiceSchema = issuedSchema.extend({
  placedAt: z.iso.datetime(),
  lines: z.array(orderLineSchema),
  ...pricesSchema.shape,
  shippingMethod: shippingMethodSchema,
  /** What was really charged, where that is less than the total. */
  captured: moneySchema.optional(),
});
export type Invoice = z.infer<typeof invoiceSchema>;

export const creditNoteSchema = issuedSchema.extend({
  invoiceNumber: z.string().min(1),
  order: z.object({ lines: z.array(orderLineSchema), tax: moneySchema, total: moneySchema }),
  refund: z.object({
    amount: moneySchema,
    lines: z.array(quantityLineSchema),
    cause: refundCauseSchema.optional(),
    totalRefunded: moneySchema.optional(),
  }),
});
export type CreditNote = z.infer<typeof creditNoteSchema>;

/** SHA-256 of a document's bytes as they are kept: whoever makes them again makes these, or none. */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 digest in hexadecimal digits');

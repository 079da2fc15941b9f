import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { addressSchema, contactSchema } from '../nouns/address.ts';
import { withoutPerson } from '../nouns/erased.ts';
import { moneySchema } from '../nouns/money.ts';
import { orderLineSchema, parcelSchema, shippingMethodSchema } from '../nouns/order.ts';

export const OrderConfirmed = defineEvent('order.confirmed', {
  version: 1,
  saidBy: ['order-process'],
  formerlySaidBy: ['order-status'],
  summary: 'Stock is held and the payment is authorised: the order will be shipped.',
  erased: withoutPerson,
  data: z.object({
    lines: z.array(orderLineSchema).min(1),
    parcels: z.array(parcelSchema).min(1),
    address: addressSchema,
    contact: contactSchema,
    shippingMethod: shippingMethodSchema,
    dispatchAfter: z.iso.datetime(),
    /** What has to be paid: payment compares it with its record. An earlier version published no total. */
    total: moneySchema.optional(),
    /** How often it was edited before: each is an `order.edited`. */
    edits: z.int().min(1).optional(),
  }),
});

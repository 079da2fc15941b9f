import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { addressSchema, contactSchema } from '../nouns/address.ts';
import { withoutPerson } from '../nouns/erased.ts';
import {
  localeSchema,
  orderLineSchema,
  orderNumberSchema,
  paymentMethodSchema,
  pricesSchema,
  shippingMethodSchema,
} from '../nouns/order.ts';
import { vatIdSchema } from '../nouns/vat-id.ts';

export const OrderPlaced = defineEvent('order.placed', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'A customer placed an order; it is priced and stored.',
  erased: withoutPerson,
  data: z.object({
    customerId: z.string().min(1),
    lines: z.array(orderLineSchema).min(1).max(50),
    ...pricesSchema.shape,
    /** What the order is called in letters; events of versions before have none. */
    number: orderNumberSchema.optional(),
    address: addressSchema,
    /** Whom the invoice is for, if not whom the goods go to. */
    billingAddress: addressSchema.optional(),
    vatId: vatIdSchema.optional(),
    contact: contactSchema,
    shippingMethod: shippingMethodSchema,
    paymentMethod: paymentMethodSchema,
    locale: localeSchema.default('en'),
    cancelUntil: z.iso.datetime(),
    /** It holds more than a buyer may hold unpaid: a declined card is final, a challenge is short. */
    singleAttempt: z.literal(true).optional(),
  }),
});

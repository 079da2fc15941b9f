import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { addressSchema } from '../nouns/address.ts';
import { withoutPerson, withoutWords } from '../nouns/erased.ts';
import { orderLineSchema, parcelSchema, pricesSchema } from '../nouns/order.ts';
import { editRequestSchema } from '../nouns/order-edit.ts';

export const OrderEdited = defineEvent('order.edited', {
  version: 1,
  saidBy: ['gateway', 'order-process'],
  formerlySaidBy: ['order-status'],
  summary: 'Lines were taken out of the order before they left, or its address was changed: it has a new total.',
  erased: (data) => withoutWords(withoutPerson(data)),
  data: editRequestSchema.omit({ address: true }).extend({
    /** Counts the edits of an order: the highest says what it is now. */
    version: z.int().min(1),
    /** By parcel, what was taken out of it. */
    taken: z.array(parcelSchema),
    /** Where it goes now. */
    address: addressSchema,
    addressChanged: z.literal(true).optional(),
    /** What is left of the order, and its prices. */
    left: z.array(orderLineSchema).min(1),
    ...pricesSchema.shape,
    /** It was charged before: what was taken out stays in `left` and `total`, and is given back. */
    refunded: z.literal(true).optional(),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { parcelSchema } from '../nouns/order.ts';
import { reasonSchema } from '../nouns/text.ts';

export const OrderCancelled = defineEvent('order.cancelled', {
  version: 1,
  saidBy: ['order-process'],
  formerlySaidBy: ['order-status'],
  summary: 'The order will not be fulfilled: stock goes back and money is given back.',
  erased: withoutWords,
  data: z.object({
    reason: reasonSchema,
    /** Who or what ended it, for notices in any language; `reason` is for staff. */
    cause: z.enum(['customer', 'staff', 'undeliverable']).optional(),
    /** Parcels that had left before the order ended: their goods are not in the warehouse to be given back. */
    left: z.array(parcelSchema.shape.parcelId).max(999).optional(),
  }),
});

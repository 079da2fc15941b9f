import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { parcelSchema } from '../nouns/order.ts';
import { reasonSchema } from '../nouns/text.ts';

export const ShipmentFailed = defineEvent('shipment.failed', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'A parcel will not arrive: refused by the carrier, lost, or sent back to us.',
  erased: withoutWords,
  data: parcelSchema.extend({
    code: z.string().min(1),
    reason: reasonSchema,
    /** Whether it had left the warehouse. */
    dispatched: z.boolean(),
    /** Another warehouse may be able to send it. Only before it left. */
    elsewhere: z.boolean(),
    /** It came back; staff say whether its goods can be sold again. */
    returned: z.boolean(),
  }),
});

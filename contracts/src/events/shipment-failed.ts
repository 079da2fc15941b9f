import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { parcelSchema } from '../nouns/order.ts';

export const ShipmentFailed = defineEvent('shipment.failed', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'A parcel will not arrive: refused by the carrier, lost, or sent back to us.',
  data: parcelSchema.extend({
    code: z.string().min(1),
    reason: z.string().min(1).max(500),
    /** Whether it had left the warehouse. */
    dispatched: z.boolean(),
    /** Another warehouse may be able to send it. Only before it left. */
    elsewhere: z.boolean(),
    /** It came back, and its goods can be sold again. */
    returned: z.boolean(),
  }),
});

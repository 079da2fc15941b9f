import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { quantityLineSchema } from '../nouns/quantity.ts';

export const InventoryReleased = defineEvent('inventory.released', {
  version: 1,
  saidBy: ['inventory'],
  summary: 'What was held is available again: all of it, or one parcel that no warehouse can send.',
  data: z.object({
    lines: z.array(quantityLineSchema),
    reason: z.string().min(1).max(500),
    /** Set when only this parcel was released: no warehouse can send it. */
    parcelId: z.string().optional(),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { quantityLineSchema } from '../nouns/quantity.ts';
import { reasonSchema } from '../nouns/text.ts';

export const InventoryReleased = defineEvent('inventory.released', {
  version: 1,
  saidBy: ['inventory'],
  summary:
    'What was held is available again: all of it, one parcel that no warehouse can send, or what was taken out of the order.',
  erased: withoutWords,
  data: z.object({
    lines: z.array(quantityLineSchema),
    reason: reasonSchema,
    /** Set when only this parcel was released: no warehouse can send it. */
    parcelId: z.string().optional(),
    /** Set when only what this edit took out was released. */
    editId: z.uuid().optional(),
  }),
});

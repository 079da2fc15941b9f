import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { parcelSchema } from '../nouns/order.ts';

export const InventoryReallocated = defineEvent('inventory.reallocated', {
  version: 1,
  saidBy: ['inventory'],
  summary: 'A parcel that its warehouse cannot send is held in others instead.',
  data: z.object({ replaced: z.string().min(1), parcels: z.array(parcelSchema).min(1) }),
});

import { defineEvent } from '../event.ts';
import { parcelSchema } from '../nouns/order.ts';

export const InventoryCommitted = defineEvent('inventory.committed', {
  version: 1,
  saidBy: ['inventory'],
  summary: "A parcel's held stock has left the warehouse.",
  data: parcelSchema,
});

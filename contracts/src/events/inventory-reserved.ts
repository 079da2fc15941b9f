import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { parcelSchema } from '../nouns/order.ts';
import { quantityLineSchema } from '../nouns/quantity.ts';

export const InventoryReserved = defineEvent('inventory.reserved', {
  version: 1,
  saidBy: ['inventory'],
  summary: 'Every line of the order is held in stock, in as few parcels as the warehouses allow.',
  data: z.object({
    lines: z.array(quantityLineSchema).min(1),
    parcels: z.array(parcelSchema).min(1),
    holdUntil: z.iso.datetime(),
  }),
});

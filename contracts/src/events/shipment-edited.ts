import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { addressSchema } from '../nouns/address.ts';
import { withoutPerson } from '../nouns/erased.ts';
import { parcelSchema } from '../nouns/order.ts';

export const ShipmentEdited = defineEvent('shipment.edited', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'Parcels that had not left will leave without what was taken out, or for another address.',
  erased: withoutPerson,
  data: z.object({
    editId: z.uuid(),
    /** By parcel, what was taken out of it. */
    taken: z.array(parcelSchema),
    address: addressSchema.optional(),
  }),
});

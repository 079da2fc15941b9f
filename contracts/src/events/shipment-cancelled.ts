import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { reasonSchema } from '../nouns/text.ts';

export const ShipmentCancelled = defineEvent('shipment.cancelled', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'Nothing of the order has left the warehouse and nothing will.',
  erased: withoutWords,
  data: z.object({ reason: reasonSchema }),
});

import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';

export const ShipmentEditRefused = defineEvent('shipment.edit_refused', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'What an edit is about has left, or cannot be sent so: all stays as it was.',
  erased: withoutWords,
  data: z.object({
    editId: z.uuid(),
    code: z.enum(['too_late', 'cancelled', 'undeliverable']),
    reason: z.string().min(1).max(500),
  }),
});

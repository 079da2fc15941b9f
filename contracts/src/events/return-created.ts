import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { quantityLineSchema } from '../nouns/quantity.ts';

export const ReturnCreated = defineEvent('return.created', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'The carrier will bring a return back to the warehouse and gave it a tracking number.',
  data: z.object({
    returnId: z.uuid(),
    shipmentId: z.string().min(1),
    carrier: z.string().min(1),
    trackingNumber: z.string().min(1),
    trackingUrl: z.url(),
    lines: z.array(quantityLineSchema).min(1),
  }),
});

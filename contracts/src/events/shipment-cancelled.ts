import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const ShipmentCancelled = defineEvent('shipment.cancelled', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'Nothing of the order has left the warehouse and nothing will.',
  data: z.object({ reason: z.string().min(1).max(500) }),
});

import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const ShipmentFailed = defineEvent('shipment.failed', {
  version: 1,
  summary: 'The carrier refused the shipment for good, e.g. because the address is undeliverable.',
  data: z.object({ code: z.string().min(1), reason: z.string().min(1).max(500) }),
});

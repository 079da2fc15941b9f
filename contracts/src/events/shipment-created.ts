import { z } from 'zod';
import { defineEvent } from '../event.ts';

/** What every fact about a shipment carries. */
export const shipmentSchema = z.object({
  shipmentId: z.string().min(1),
  carrier: z.string().min(1),
  trackingNumber: z.string().min(1),
  trackingUrl: z.url(),
});

export const ShipmentCreated = defineEvent('shipment.created', {
  version: 1,
  summary: 'The carrier accepted the shipment and gave it a tracking number.',
  data: shipmentSchema.extend({ eta: z.iso.datetime() }),
});

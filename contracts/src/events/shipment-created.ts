import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { parcelSchema } from '../nouns/order.ts';

/** The data of every event about a shipment: the parcel and the carrier's ids. */
export const shipmentSchema = parcelSchema.extend({
  shipmentId: z.string().min(1),
  carrier: z.string().min(1),
  trackingNumber: z.string().min(1),
  trackingUrl: z.url(),
});

export const ShipmentCreated = defineEvent('shipment.created', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'The carrier accepted a parcel and gave it a tracking number.',
  data: shipmentSchema.extend({ eta: z.iso.datetime() }),
});

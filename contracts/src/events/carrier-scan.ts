import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const scanStatusSchema = z.enum([
  'picked_up',
  'in_transit',
  'out_for_delivery',
  'delivery_failed',
  'delivered',
  'lost',
  'returned_to_sender',
]);
export type ScanStatus = z.infer<typeof scanStatusSchema>;

export const CarrierScan = defineEvent('carrier.scan', {
  version: 1,
  saidBy: ['gateway'],
  summary: "The carrier scanned a parcel; from the carrier's verified webhook.",
  data: z.object({
    scanId: z.string().min(1),
    shipmentId: z.string().min(1),
    trackingNumber: z.string().min(1),
    status: scanStatusSchema,
    scanAt: z.iso.datetime({ offset: true }),
    location: z.string().max(200).optional(),
  }),
});

import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { clockDoubtSchema } from '../nouns/scan-time.ts';
import { storedLine } from '../nouns/text.ts';

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
    /** Where the clock is in doubt, when we heard of it. */
    scanAt: z.iso.datetime({ offset: true }),
    clock: clockDoubtSchema.optional(),
    /** What the carrier said, where that is not `scanAt`. */
    said: storedLine(200).optional(),
    receivedAt: z.iso.datetime().optional(),
    location: storedLine(200).optional(),
  }),
});

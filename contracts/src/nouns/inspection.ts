import { z } from 'zod';
import { skuSchema } from './quantity.ts';

const countSchema = z.int().nonnegative();

/** Of one SKU that came back: how many can be sold again, how many cannot, and how many were not in the parcel. */
export const inspectedLineSchema = z.object({
  sku: skuSchema,
  sellable: countSchema,
  damaged: countSchema,
  missing: countSchema,
});
export type InspectedLine = z.infer<typeof inspectedLineSchema>;

/** What receiving staff found in a return, or in a parcel that came back. */
export const inspectionSchema = z.object({
  /** The caller's idempotency key. */
  inspectionId: z.uuid(),
  lines: z.array(inspectedLineSchema).min(1),
  at: z.iso.datetime(),
});
export type Inspection = z.infer<typeof inspectionSchema>;

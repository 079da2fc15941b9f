import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { inspectedLineSchema } from '../nouns/inspection.ts';
import { warehouseSchema } from '../nouns/order.ts';

export const ReturnInspected = defineEvent('return.inspected', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'Receiving staff have looked at what came back: what is sellable goes on the shelf, and nothing else.',
  erased: withoutWords,
  data: z.object({
    inspectionId: z.uuid(),
    /** The return, or the parcel that the carrier brought back. */
    returnId: z.uuid().optional(),
    parcelId: z.string().optional(),
    warehouse: warehouseSchema,
    lines: z.array(inspectedLineSchema).min(1),
    reason: z.string().min(1).max(500).optional(),
    /** Who looked, e.g. `staff:carol`. */
    by: z.string().min(1).max(200),
  }),
});

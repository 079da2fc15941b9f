import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { moneySchema } from '../nouns/money.ts';
import { warehouseSchema } from '../nouns/order.ts';
import { quantityLineSchema } from '../nouns/quantity.ts';
import { refundCauseSchema } from '../nouns/refund-cause.ts';
import { reasonSchema } from '../nouns/text.ts';

/** The data of every event about a refund. `lines` may be empty: a goodwill refund is for no line. */
export const refundSchema = z.object({
  refundId: z.uuid(),
  amount: moneySchema,
  lines: z.array(quantityLineSchema),
  /** The requester's words; for staff. */
  reason: reasonSchema,
  cause: refundCauseSchema.optional(),
});

export const OrderRefundRequested = defineEvent('order.refund_requested', {
  version: 1,
  saidBy: ['gateway', 'order-process'],
  formerlySaidBy: ['order-status'],
  summary:
    'Captured money is to be given back, in full or in part. With restock staff have the lines back on the shelf.',
  erased: withoutWords,
  data: refundSchema.extend({
    restock: z.boolean(),
    actor: z.enum(['staff', 'system']),
    /** Where the goods are, if not in the warehouses that they left from. */
    warehouse: warehouseSchema.optional(),
  }),
});

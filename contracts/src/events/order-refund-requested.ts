import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { moneySchema } from '../nouns/money.ts';
import { quantityLineSchema } from '../nouns/order.ts';

/** What every fact about a refund says of it. `lines` may be empty: a goodwill refund is for no line. */
export const refundSchema = z.object({
  refundId: z.uuid(),
  amount: moneySchema,
  lines: z.array(quantityLineSchema),
  reason: z.string().min(1).max(500),
});

export const OrderRefundRequested = defineEvent('order.refund_requested', {
  version: 1,
  summary: 'Captured money is to be given back, in full or in part. With restock the lines are back on the shelf.',
  data: refundSchema.extend({ restock: z.boolean(), actor: z.enum(['staff', 'system']) }),
});

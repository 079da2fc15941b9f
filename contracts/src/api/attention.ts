import { z } from 'zod';
import { attentionKindSchema } from '../events/order-settled.ts';
import { disputeSchema } from '../events/payment-disputed.ts';
import { orderIdSchema } from '../nouns/order.ts';
import { wordsInput } from './inputs.ts';

/** One reason why staff should look at an order. `kind` and `cause` name it to `ops.orders.settle`. */
export const attentionSchema = z.object({ kind: z.string(), cause: z.string(), text: z.string() });

/** What staff have said is settled. */
export const settledSchema = attentionSchema.extend({
  settleId: z.uuid(),
  reason: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
});
export type Settled = z.infer<typeof settledSchema>;

/** What staff keep in mind about an order; the customer never sees it. */
export const noteSchema = z.object({ noteId: z.uuid(), text: z.string(), by: z.string(), at: z.iso.datetime() });
export type Note = z.infer<typeof noteSchema>;

/** Of an order, for staff only. */
export const staffOnly = {
  attentions: z.array(attentionSchema).optional(),
  settled: z.array(settledSchema).optional(),
  notes: z.array(noteSchema).optional(),
  /** What the customer's bank asks back. */
  disputes: z.array(disputeSchema).optional(),
};

/** Input of `ops.orders.settle`. `settleId` is the caller's: sent twice, settled once. Without `cause` all of the kind. */
export const settleOrderInput = z.strictObject({
  orderId: orderIdSchema,
  settleId: z.uuid(),
  kind: attentionKindSchema,
  cause: z.string().min(1).max(500).optional(),
  reason: wordsInput,
});

/** Input of `ops.orders.note`. `noteId` is the caller's: sent twice, noted once. */
export const noteOrderInput = z.strictObject({ orderId: orderIdSchema, noteId: z.uuid(), text: wordsInput });

/** Something that staff have to look at and that is about no order, e.g. a payout that failed. */
export const alertSchema = z.object({
  alertId: z.string(),
  type: z.string(),
  text: z.string(),
  at: z.iso.datetime(),
  settled: z.object({ reason: z.string(), by: z.string(), at: z.iso.datetime() }).optional(),
});
export type Alert = z.infer<typeof alertSchema>;
export const listAlertsOutput = z.object({ alerts: z.array(alertSchema) });
export const settleAlertInput = z.strictObject({ alertId: z.string().min(1).max(255), reason: wordsInput });

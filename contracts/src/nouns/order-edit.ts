import { z } from 'zod';
import { addressSchema } from './address.ts';
import { moneySchema } from './money.ts';
import { quantityLineSchema } from './quantity.ts';

/** What an edit takes out, with the name that it was ordered under. */
export const editLineSchema = quantityLineSchema.extend({ name: z.string() });
export type EditLine = z.infer<typeof editLineSchema>;

/** Who wants an order to be edited, and how: lines that are taken out of it, or another address; one of them. */
export const editRequestSchema = z.object({
  /** The caller's idempotency key. */
  editId: z.uuid(),
  actor: z.enum(['customer', 'staff']),
  /** The requester's words; for staff. */
  reason: z.string().min(1).max(500),
  lines: z.array(editLineSchema).min(1).optional(),
  address: addressSchema.optional(),
});
export type EditRequest = z.infer<typeof editRequestSchema>;

/** An edit of an order before it is sent. */
export const orderEditSchema = editRequestSchema.extend({
  /** `requested`: delivery has to say whether what it is about has left. */
  status: z.enum(['requested', 'done', 'refused']),
  at: z.iso.datetime(),
  /** The order's total since. */
  total: moneySchema.optional(),
  /** The order was charged before: the total stays, and what the lines cost is given back. */
  refunded: z.literal(true).optional(),
  /** Why it was refused. */
  refusal: z.string().optional(),
});
export type OrderEdit = z.infer<typeof orderEditSchema>;

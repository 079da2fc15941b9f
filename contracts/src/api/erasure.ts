import { z } from 'zod';
import { orderIdSchema } from '../nouns/order.ts';
import { wordsInput } from './inputs.ts';

/** `customer`: their id, or their e-mail address, also of a guest. `reason` is kept, so it should name nobody. */
export const eraseCustomerInput = z.strictObject({
  idempotencyKey: z.uuid('must be a UUID').toLowerCase(),
  customer: z.string().trim().min(1, 'is required').max(254),
  reason: wordsInput,
  /** Only says what would go and what would stay. */
  dryRun: z.boolean().default(false),
});

/** Whoever is signed in shows that it is them. */
export const eraseAccountInput = z.strictObject({ password: z.string().min(1, 'is required').max(128) });

const orderRefSchema = z.object({ orderId: orderIdSchema, number: z.string() });

/** What went, and what stays with why. */
export const erasureOutput = z.object({
  at: z.iso.datetime(),
  dryRun: z.boolean(),
  /** There was an account, which is gone. */
  account: z.boolean(),
  orders: z.array(orderRefSchema),
  /** What the law wants kept, as it was issued. */
  kept: z.array(
    z.object({
      kind: z.enum(['invoice', 'credit_note']),
      number: z.string(),
      orderId: orderIdSchema,
      until: z.iso.date(),
      why: z.string(),
    }),
  ),
  /** Orders that name the same e-mail address and are somebody else's. */
  untouched: z.array(orderRefSchema.extend({ why: z.string() })),
  /** Messages that were not handled and may hold the data: they are to be discarded. Absent: they cannot be looked at now. */
  deadLetters: z
    .array(z.object({ worker: z.string(), eventId: z.string(), type: z.string(), orderId: z.string().optional() }))
    .optional(),
  /** Who else has the data, by their own right: nothing of it can be taken from there. */
  elsewhere: z.array(z.object({ where: z.string(), why: z.string() })),
});
export type Erasure = z.infer<typeof erasureOutput>;

/** As for staff, without what is theirs to see. */
export const accountErasureOutput = erasureOutput.omit({ untouched: true, deadLetters: true, dryRun: true });
export type AccountErasure = z.infer<typeof accountErasureOutput>;

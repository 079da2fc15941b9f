import { z } from 'zod';
import { addressChangeInput } from '../nouns/address.ts';
import { moneySchema } from '../nouns/money.ts';
import { orderIdSchema, orderStatusSchema, paymentStatusSchema } from '../nouns/order.ts';
import { quantitySchema, skuSchema } from '../nouns/quantity.ts';
import { placedWithin, searchTextInput, wordsInput } from './inputs.ts';
import { orderSchema } from './orders.ts';

/**
 * All that are given must match. `text` is what a customer can read out: the order's number or id, the end of its id, a name,
 * a company, a town, a postal code, an e-mail address or a part of it, a phone number or its end however it is written, the
 * number of a parcel, an invoice or a credit note, the total, the day; or a customer id. Of several words each must be found.
 */
export const searchOrdersInput = z
  .strictObject({
    text: searchTextInput.optional(),
    /** In minor units, whatever the currency. */
    total: z.int().nonnegative().optional(),
    ...placedWithin,
    status: orderStatusSchema.optional(),
    payment: paymentStatusSchema.optional(),
    attention: z.boolean().optional(),
    cursor: orderIdSchema.optional(),
    limit: z.int().min(1).max(100).default(20),
  })
  .default({ limit: 20 });

/**
 * Input of `ops.orders.refund`. `refundId` is the caller's: asked twice, refunded once. Either an amount, or lines
 * whose price with tax is computed, or neither: all that is left. Of an order that nothing was charged for yet the lines
 * are taken out, as with `ops.orders.takeOut`.
 */
export const refundOrderInput = z.strictObject({
  orderId: orderIdSchema,
  refundId: z.uuid(),
  amount: z
    .strictObject({ amount: z.int('must be a whole number').positive('must be more than 0'), currency: z.string() })
    .optional(),
  lines: z
    .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
    .min(1)
    .max(50)
    .optional(),
  restock: z.boolean().default(false),
  reason: wordsInput,
});
/** Input of `ops.orders.takeOut`. `editId` is the caller's: asked twice, taken out once. */
export const takeOutInput = z.strictObject({
  orderId: orderIdSchema,
  editId: z.uuid(),
  lines: z
    .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
    .min(1)
    .max(50),
  reason: wordsInput,
});
/** Input of `ops.orders.changeAddress`: only what is given changes. `editId` is the caller's. */
export const staffChangeAddressInput = z.strictObject({
  orderId: orderIdSchema,
  editId: z.uuid(),
  address: addressChangeInput,
  reason: wordsInput,
});

export const refundOrderOutput = z.object({ order: orderSchema, refundId: z.uuid(), amount: moneySchema });

/** A call outside that a handler made. */
export const outsideCallSchema = z.object({
  to: z.string(),
  operation: z.string(),
  at: z.iso.datetime(),
  ms: z.number(),
  outcome: z.enum(['ok', 'failed']),
  error: z.string().optional(),
});
export type OutsideCall = z.infer<typeof outsideCallSchema>;

/** What one worker did with one event. */
export const hopSchema = z.object({
  worker: z.string(),
  outcome: z.enum(['handled', 'ignored', 'waiting', 'retrying', 'dead_lettered']),
  at: z.iso.datetime().optional(),
  ms: z.number().optional(),
  attempts: z.int().optional(),
  /** Why it was ignored, retried or dead-lettered. */
  reason: z.string().optional(),
  firstFailedAt: z.iso.datetime().optional(),
  calls: z.array(outsideCallSchema),
  /** Ids of the events that were published. */
  said: z.array(z.string()),
});
export type Hop = z.infer<typeof hopSchema>;

/** One event of an order, its cause and its outcome at each subscriber. */
export const xrayEventSchema = z.object({
  id: z.string(),
  type: z.string(),
  source: z.string(),
  time: z.iso.datetime({ offset: true }),
  causedBy: z.string().optional(),
  data: z.unknown(),
  hops: z.array(hopSchema),
});
export type XrayEvent = z.infer<typeof xrayEventSchema>;

/** The causal graph of one order: `events` with causes before effects. */
export const xrayOutput = z.object({
  orderId: orderIdSchema,
  traceId: z.string().optional(),
  events: z.array(xrayEventSchema),
  notifications: z.array(
    z.object({
      kind: z.string(),
      channel: z.string(),
      occasion: z.string().optional(),
      state: z.string(),
      providerId: z.string().optional(),
      at: z.iso.datetime().optional(),
    }),
  ),
});
export type Xray = z.infer<typeof xrayOutput>;

/** One broken invariant. `check` is the auditor's id of it, e.g. `money.captured-once`; docs/invariants.md has all. */
export const violationSchema = z.object({
  check: z.string(),
  area: z.enum(['stock', 'money', 'orders', 'messages', 'notifications']),
  message: z.string(),
  orderId: z.string().optional(),
  /** The region whose cell it was found in, where several were audited. */
  region: z.string().optional(),
  documents: z.array(z.string()),
  events: z.array(z.string()),
});
export type Violation = z.infer<typeof violationSchema>;

/** What the auditor found. `checks` also names those without violations. */
export const auditReportSchema = z.object({
  green: z.boolean(),
  startedAt: z.iso.datetime(),
  ms: z.number(),
  /** `full`: every order; `changed`: those that changed since the last audit or are still open. */
  scope: z.enum(['full', 'changed']),
  orders: z.int(),
  checks: z.array(
    z.object({
      check: z.string(),
      area: z.string(),
      examined: z.int(),
      violations: z.int(),
      /** Why the check was skipped. */
      skipped: z.string().optional(),
      /** The check's source did not answer, for all or for `notJudged`: no report is green then. */
      unanswered: z.boolean().optional(),
      /** How many of `examined` could not be compared, or within bounds only since they are in progress. */
      notJudged: z.int().optional(),
    }),
  ),
  /** At most 1,000. */
  violations: z.array(violationSchema),
  /** Regions whose auditors gave no report; with one of them no report is green. */
  regionsAway: z.array(z.string()).optional(),
  /** How many there are. */
  violationsFound: z.int().optional(),
  /**
   * Orders that had findings at first. `notReadAgain`: there were too many, so the violations are a lower bound, and
   * not green. `stillMoving`: left to the next audit.
   */
  suspects: z.object({ found: z.int(), notReadAgain: z.int(), stillMoving: z.int() }).optional(),
});
export type AuditReport = z.infer<typeof auditReportSchema>;

/** Input of `ops.audits.start`, with the scopes of a report. */
export const startAuditInput = z
  .strictObject({ scope: auditReportSchema.shape.scope.default('full') })
  .default({ scope: 'full' });
export const startAuditOutput = z.object({ id: z.string() });
export const auditIdInput = z.strictObject({ id: z.uuid() });
/** An audit that was started. `report`: it has ended. */
export const auditOutput = z.object({ id: z.string(), report: auditReportSchema.optional() });
export type StartedAudit = z.infer<typeof auditOutput>;

/** A setting that several services must have alike and have not, with what each was started with; null: unset. */
export const settingsDisagreementSchema = z.object({
  setting: z.string(),
  values: z.array(z.object({ service: z.string(), value: z.union([z.string(), z.number()]).nullable() })),
});
export type SettingsDisagreement = z.infer<typeof settingsDisagreementSchema>;

export const healthOutput = z.object({
  green: z.boolean(),
  /** Why it is not green, each in a sentence for people. */
  reasons: z.array(z.string()),
  queues: z.array(
    z.object({
      worker: z.string(),
      waiting: z.int(),
      retrying: z.int(),
      deadLettered: z.int(),
      /** `deadLettered` by the name that it had before; scripts may still read it. */
      parked: z.int(),
      consumers: z.int(),
    }),
  ),
  outbox: z.object({ waiting: z.int(), oldestSeconds: z.number() }),
  attention: z.int(),
  /** What staff have to look at and is about no order (`ops.alerts.list`). */
  alerts: z.int().default(0),
  /** Workers whose circuit is open: a dependency is down. */
  circuitsOpen: z.array(z.string()),
  /** Settings that differ between services which must have them alike. */
  settings: z.array(settingsDisagreementSchema),
  audit: auditReportSchema.optional(),
  /**
   * Cards that were declined within the last hour, and buyers who may be testing cards or hoarding: had so many declined,
   * or was refused so often. The gateway's log has their addresses.
   */
  declines: z.object({
    cards: z.int(),
    suspects: z.array(
      z.object({ by: z.enum(['address', 'mailbox', 'customer', 'card']), declines: z.int(), refused: z.int() }),
    ),
  }),
  /** Sources that did not answer. */
  unknown: z.array(z.string()),
});
export type OpsHealth = z.infer<typeof healthOutput>;

/** Which dead-lettered messages. All that are given must match. */
export const deadLetterFilter = z.strictObject({
  worker: z.string().min(1).max(60).optional(),
  eventId: z.string().min(1).max(128).optional(),
  /** Any of these. */
  eventIds: z.array(z.string().min(1).max(128)).min(1).max(1_000).optional(),
  orderId: z.string().min(1).max(128).optional(),
  type: z.string().max(120).optional(),
  errorClass: z.string().max(60).optional(),
  /** A part of the error's message. */
  error: z.string().max(200).optional(),
});
export type DeadLetterFilter = z.infer<typeof deadLetterFilter>;

export const deadLetterSchema = z.object({
  worker: z.string(),
  eventId: z.string(),
  orderId: z.string().optional(),
  type: z.string(),
  errorClass: z.string(),
  error: z.string(),
  attempts: z.int(),
  firstFailedAt: z.iso.datetime().optional(),
  deadLetteredAt: z.iso.datetime().optional(),
  /** How often it was redriven before. */
  redriven: z.int(),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;

export const listDeadLettersInput = z.strictObject({ filter: deadLetterFilter.default({}) }).default({ filter: {} });
export const listDeadLettersOutput = z.object({
  total: z.int(),
  /** About how many messages are dead-lettered behind the first 10,000 of each queue, which alone are read. */
  unseen: z.int(),
  groups: z.array(
    z.object({
      worker: z.string(),
      errorClass: z.string(),
      error: z.string(),
      count: z.int(),
      types: z.array(z.string()),
      example: deadLetterSchema,
    }),
  ),
});

export const inspectDeadLetterInput = z.strictObject({ worker: z.string().min(1), eventId: z.string().min(1) });
export const inspectDeadLetterOutput = deadLetterSchema.extend({
  /** The parsed body, or its text where it is not JSON. */
  body: z.unknown(),
  headers: z.record(z.string(), z.unknown()),
});

/** What redriving the message would do now. */
export const redriveVerdictSchema = z.enum(['already_handled', 'order_finished', 'would_retry', 'unreadable']);
export type RedriveVerdict = z.infer<typeof redriveVerdictSchema>;
export const redriveDeadLettersInput = z.strictObject({
  filter: deadLetterFilter.refine((filter) => Object.keys(filter).length > 0, 'must name something'),
  /** True by default: nothing moves, and the verdicts predict the outcome. */
  dryRun: z.boolean().default(true),
  limit: z.int().min(1).max(10_000).default(1_000),
  perSecond: z.int().min(1).max(1_000).default(50),
  reason: wordsInput,
});
/** A redrive stops after four minutes, with `moved` below `matched` and `limit`: the same again goes on. */
export const redriveDeadLettersOutput = z.object({
  dryRun: z.boolean(),
  matched: z.int(),
  moved: z.int(),
  letters: z.array(
    deadLetterSchema.extend({
      /** Of a redrive's dry run; a real one does not wait for it. */
      verdict: redriveVerdictSchema.optional(),
    }),
  ),
});
export const discardDeadLettersInput = redriveDeadLettersInput.omit({ perSecond: true });

import { z } from 'zod';

/** Stable reasons a client can act on; they stand beside the tRPC code in `error.data.reason`. */
export const errorReasonSchema = z.enum([
  'INVALID_INPUT',
  'NOT_JSON',
  'BODY_TOO_LARGE',
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'METHOD_NOT_SUPPORTED',
  'ORDER_NOT_FOUND',
  'ORDER_UNREADABLE',
  'UNKNOWN_PRODUCT',
  'UNKNOWN_SKU',
  'UNKNOWN_WAREHOUSE',
  'SKU_TAKEN',
  'UNSUPPORTED_CURRENCY',
  'UNSUPPORTED_COUNTRY',
  'OUT_OF_DATE_PRICE',
  'IDEMPOTENCY_MISMATCH',
  'TOO_LATE_TO_CANCEL',
  'ALREADY_ENDED',
  'PAYMENT_NOT_DUE',
  'TOO_LATE_TO_PAY',
  'NO_ATTEMPTS_LEFT',
  'NO_CHALLENGE_DUE',
  'NOT_CAPTURED',
  'NO_INVOICE_YET',
  'REFUND_TOO_HIGH',
  'WRONG_CURRENCY',
  'UNKNOWN_LINE',
  'NOT_RETURNABLE',
  'NOTHING_TO_SETTLE',
  'CONFLICT',
  'UNKNOWN_DEAD_LETTER',
  'UNKNOWN_WORKER',
  'UNKNOWN_AUDIT',
  'PROVIDER_UNAVAILABLE',
  'AUDITOR_UNAVAILABLE',
  'RATE_LIMITED',
  'TOO_MUCH_UNPAID',
  'BROKER_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'UNKNOWN_PROCEDURE',
  'INTERNAL',
]);
export type ErrorReason = z.infer<typeof errorReasonSchema>;

/** The `data` of every tRPC error. `field` is the dotted path of the input at fault, e.g. `lines.0.quantity`. */
export const apiErrorDataSchema = z.object({
  code: z.string(),
  httpStatus: z.int(),
  reason: errorReasonSchema,
  field: z.string().optional(),
  issues: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  retryAfterSeconds: z.number().optional(),
});
export type ApiErrorData = z.infer<typeof apiErrorDataSchema>;

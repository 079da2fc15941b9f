import { z } from 'zod';
import { invalid, type StripeError } from './errors.ts';

const currencies = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));
const boolean = z.enum(['true', 'false']).transform((value) => value === 'true');
const integer = z
  .string()
  .regex(/^-?\d+$/, 'integer')
  .transform(Number);
const amount = integer.refine((value) => value >= 1, 'positive').refine((value) => value <= 99_999_999, 'too_large');
const text = z.string().max(5_000);
const metadata = z.record(z.string().max(40), z.string().max(500));
const expand = z.array(z.string()).optional();
const reason = z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional();

/** Taken and given back as they came; nothing here depends on them. */
const carried = {
  customer: text.optional(),
  description: text.optional(),
  receipt_email: text.optional(),
  setup_future_usage: text.optional(),
  shipping: z.unknown().optional(),
  statement_descriptor: text.optional(),
  statement_descriptor_suffix: text.optional(),
  transfer_group: text.optional(),
  payment_method_options: z.unknown().optional(),
};
const confirming = {
  payment_method: text.optional(),
  off_session: boolean.optional(),
  return_url: z.url().optional(),
  error_on_requires_action: boolean.optional(),
  use_stripe_sdk: boolean.optional(),
};

export const createIntent = z.strictObject({
  amount,
  currency: z
    .string()
    .transform((code) => code.toLowerCase())
    .refine((code) => currencies.has(code), 'currency'),
  capture_method: z.enum(['automatic', 'automatic_async', 'manual']).default('automatic_async'),
  confirmation_method: z.literal('automatic').optional(),
  confirm: boolean.default(false),
  automatic_payment_methods: z
    .strictObject({ enabled: boolean, allow_redirects: z.enum(['always', 'never']).default('always') })
    .optional(),
  allowed_payment_method_types: z.array(z.literal('card')).optional(),
  metadata: metadata.default({}),
  expand,
  ...confirming,
  ...carried,
});
export const updateIntent = z.strictObject({
  amount: amount.optional(),
  payment_method: text.optional(),
  metadata: metadata.optional(),
  expand,
  ...carried,
});
export const confirmIntent = z.strictObject({ expand, capture_method: z.literal('manual').optional(), ...confirming });
export const captureIntent = z.strictObject({
  amount_to_capture: amount.optional(),
  final_capture: boolean.optional(),
  metadata: metadata.optional(),
  statement_descriptor: text.optional(),
  expand,
});
export const cancelIntent = z.strictObject({
  cancellation_reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
  expand,
});
export const createRefund = z.strictObject({
  payment_intent: text.optional(),
  charge: text.optional(),
  amount: amount.optional(),
  reason,
  metadata: metadata.default({}),
  expand,
});
export const retrieve = z.strictObject({ expand, client_secret: text.optional() });

const created = z
  .union([integer, z.strictObject({ gt: integer, gte: integer, lt: integer, lte: integer }).partial()])
  .optional();
export const list = z.strictObject({
  limit: integer.refine((value) => value >= 1 && value <= 100, 'limit').default(10),
  starting_after: text.optional(),
  ending_before: text.optional(),
  created,
  customer: text.optional(),
  payment_intent: text.optional(),
  charge: text.optional(),
  expand,
});
export const search = z.strictObject({
  query: text,
  limit: integer.refine((value) => value >= 1 && value <= 100, 'limit').default(10),
  page: text.optional(),
  expand,
});

/** Parses what the form said, or throws the 400 that Stripe would answer, naming the parameter. */
export function parse<S extends z.ZodType>(schema: S, form: unknown): z.output<S> {
  const parsed = schema.safeParse(form ?? {});
  if (parsed.success) return parsed.data;
  throw refusal(parsed.error.issues[0]!, form);
}

function refusal(issue: z.core.$ZodIssue, form: unknown): StripeError {
  if (issue.code === 'unrecognized_keys') {
    const param = [...issue.path.map(String), issue.keys[0]!].join('.');
    return invalid(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
  }
  const [first = '', ...rest] = issue.path.map(String);
  const param = first + rest.map((key) => `[${key}]`).join('');
  const given = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], form);
  if (given === undefined) return invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  switch (issue.message) {
    case 'integer':
      return invalid(`Invalid integer: ${String(given)}`, { code: 'parameter_invalid_integer', param });
    case 'positive':
      return invalid('This value must be greater than or equal to 1.', { code: 'parameter_invalid_integer', param });
    case 'too_large':
      return invalid('Amount must be no more than $999,999.99', { code: 'amount_too_large', param });
    case 'currency':
      return invalid(`Invalid currency: ${String(given)}.`, { param });
    default:
      return invalid(`Invalid ${param}: ${typeof given === 'string' ? given : 'must be of another form'}`, { param });
  }
}

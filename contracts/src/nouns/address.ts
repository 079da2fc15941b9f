import { z } from 'zod';

/** One line as it stands on a label and in letters. */
const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain line breaks, other control characters or unpaired surrogates');
const line = (max: number) => text(max).min(1, 'is required');

/** A postal address. `country` is ISO 3166-1 alpha-2. */
export const addressSchema = z.object({
  name: line(100),
  company: text(100).optional(),
  line1: line(120),
  line2: text(120).optional(),
  postalCode: line(16),
  city: line(80),
  region: text(80).optional(),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 country code, e.g. DE'),
});
export type Address = z.infer<typeof addressSchema>;

/** How the customer is reached. `phone` is E.164. */
export const contactSchema = z.object({
  email: z.email('must be an e-mail address').max(254),
  phone: z.e164('must be a phone number in E.164 form, e.g. +4915112345678').optional(),
});
export type Contact = z.infer<typeof contactSchema>;

import { z } from 'zod';
import { readPostalCode } from './postal-code.ts';
import { REGIONS, readRegion } from './region.ts';

/** One line as it stands on a label and in letters. */
const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain line breaks, other control characters or unpaired surrogates');
const line = (max: number) => text(max).min(1, 'is required');

/** A postal address as it is kept. `country` is ISO 3166-1 alpha-2. */
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

/**
 * An address as customers type it: its postal code has to look like one of the country, and where carriers want a state
 * or a province (US, CA) there has to be one, by code or name. Both come out as they are written on a label.
 */
export const addressInput = addressSchema.strict().transform((address, context): Address => {
  const { country, region } = address;
  const postalCode = readPostalCode(address.postalCode, country);
  if (postalCode === undefined) {
    context.addIssue({ code: 'custom', path: ['postalCode'], message: `must be a postal code of ${country}` });
  }
  if (!REGIONS[country]) return { ...address, postalCode: postalCode ?? address.postalCode };
  const code = region ? readRegion(region, country) : undefined;
  if (code === undefined) {
    const message = region ? `must be a state or province of ${country}` : 'is required in this country';
    context.addIssue({ code: 'custom', path: ['region'], message });
  }
  return { ...address, postalCode: postalCode ?? address.postalCode, region: code ?? '' };
});

/** How the customer is reached. `phone` is E.164. */
export const contactSchema = z.object({
  email: z.email('must be an e-mail address').max(254),
  phone: z.e164('must be a phone number in E.164 form, e.g. +4915112345678').optional(),
});
export type Contact = z.infer<typeof contactSchema>;

import { z } from 'zod';
import { emailInput, emailSchema, phoneInput, phoneSchema } from './email.ts';
import { readPostalCode } from './postal-code.ts';
import { REGIONS, readRegion } from './region.ts';
import { lineInput, MOST, optionalLineInput, storedLine } from './text.ts';

/** One line as it stands on a label and in letters. */
const kept = (most: number) =>
  storedLine(most)
    .trim()
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain line breaks, other control characters or unpaired surrogates');
const country = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 country code, e.g. DE');
const [MOST_OF_A_CITY, MOST_OF_A_CODE] = [80, 16];

/** A postal address as it is kept. `country` is ISO 3166-1 alpha-2. */
export const addressSchema = z.object({
  name: kept(MOST.name).min(1, 'is required'),
  company: kept(MOST.name).optional(),
  line1: kept(MOST.line).min(1, 'is required'),
  line2: kept(MOST.line).optional(),
  postalCode: kept(MOST_OF_A_CODE).min(1, 'is required'),
  city: kept(MOST_OF_A_CITY).min(1, 'is required'),
  region: kept(MOST_OF_A_CITY).optional(),
  country,
});
export type Address = z.infer<typeof addressSchema>;

const typedAddress = z.strictObject({
  name: lineInput(MOST.name),
  company: optionalLineInput(MOST.name).optional(),
  line1: lineInput(MOST.line),
  line2: optionalLineInput(MOST.line).optional(),
  postalCode: lineInput(MOST_OF_A_CODE),
  city: lineInput(MOST_OF_A_CITY),
  region: optionalLineInput(MOST_OF_A_CITY).optional(),
  country,
});

/**
 * An address as customers type it: its postal code has to look like one of the country, and where carriers want a state
 * or a province (US, CA) there has to be one, by code or name. Both come out as they are written on a label.
 */
export const addressInput = typedAddress.transform((address, context): Address => {
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

/** What is to change of an address; the whole is then read as `addressInput`. */
export const addressChangeInput = z
  .strictObject(addressSchema.partial().shape)
  .refine((change) => Object.keys(change).length > 0, 'must name what is to change');
export type AddressChange = z.infer<typeof addressChangeInput>;

/** How the customer is reached. `phone` is E.164. */
export const contactSchema = z.object({ email: emailSchema, phone: phoneSchema.optional() });
export type Contact = z.infer<typeof contactSchema>;

/** The same as customers type it. */
export const contactInput = z.strictObject({ email: emailInput, phone: phoneInput.optional() });

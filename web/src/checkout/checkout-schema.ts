import { zodResolver } from '@hookform/resolvers/zod';
import {
  type Address,
  addressInput,
  emailInput,
  phoneInput,
  REGIONS,
  readPostalCode,
  vatIdInput,
} from '@orderflow/contracts/forms';
import { z } from 'zod';
import type { AddressValues, CheckoutValues } from './checkout-values.ts';

/**
 * A line that is left empty is left out, and so is the state where the country has none. Everything that is wrong is
 * said at once, also what the country asks for.
 */
const filledIn = z.custom<AddressValues>().transform((values, context): Address => {
  const { region, ...lines } = values;
  const regions = REGIONS[lines.country];
  const given = Object.entries(regions ? { ...lines, region } : lines).filter(([, line]) => line.trim() !== '');
  const { data, error } = addressInput.safeParse(Object.fromEntries(given));
  const issues = [...(error?.issues ?? [])];
  const say = (field: keyof AddressValues) => {
    if (issues.every(({ path }) => path[0] !== field)) issues.push({ code: 'custom', path: [field], message: field });
  };
  if (!readPostalCode(values.postalCode, values.country)) say('postalCode');
  if (regions && !regions.some(({ code }) => code === region)) say('region');
  for (const issue of issues) context.issues.push({ ...issue, input: values } as never);
  return data ?? z.NEVER;
});

const checked = z.object({
  email: emailInput,
  phone: z
    .string()
    .transform((text) => text.trim() || undefined)
    .pipe(phoneInput.optional()),
  address: filledIn,
  billing: filledIn.optional(),
  vatId: z.union([z.literal('').transform(() => undefined), vatIdInput]).optional(),
  method: z.enum(['standard', 'express']),
});
export type CheckedCheckout = z.output<typeof checked>;

/** What is not shown is not looked at. */
export const checkoutSchema = z.preprocess((values) => {
  const given = values as CheckoutValues;
  return given.hasBilling ? given : { ...given, billing: undefined, vatId: undefined };
}, checked) as z.ZodType<CheckedCheckout, CheckoutValues>;

export const checkoutResolver = zodResolver(checkoutSchema);

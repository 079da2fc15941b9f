import { z } from 'zod';
import { addressInput, addressSchema } from '../nouns/address.ts';
import { phoneInput } from '../nouns/email.ts';
import { localeSchema } from '../nouns/order.ts';
import { preferencesSchema } from '../nouns/preferences.ts';
import { lineInput, MOST } from '../nouns/text.ts';

/** Replaces all preferences. */
export const setPreferencesInput = preferencesSchema;
export const preferencesOutput = z.object({ preferences: preferencesSchema });

/**
 * Who is signed in. What follows `role` is there for accounts made by sign-up; whoever shows a bearer token of a shop's
 * own issuing may have none.
 */
export const profileSchema = z.object({
  /** The customer id of orders; for staff, the name in the audit. */
  id: z.string(),
  role: z.enum(['customer', 'staff']),
  email: z.string().optional(),
  /** Only a verified address can claim the orders that were placed with it. */
  emailVerified: z.boolean(),
  name: z.string().optional(),
  /** The language of what we write to the customer; that of `profile.preferences`. */
  locale: localeSchema.optional(),
  createdAt: z.iso.datetime().optional(),
});
export type Profile = z.infer<typeof profileSchema>;

/** Changes what is given. */
export const updateProfileInput = z
  .strictObject({ name: lineInput(MOST.name).optional(), locale: localeSchema.optional() })
  .refine((input) => Object.keys(input).length > 0, 'must change something');

/** How many addresses a book may hold. */
export const MAX_ADDRESSES = 20;

/** One address of a customer's book. `label` is the customer's own name for it. */
export const savedAddressSchema = z.object({
  addressId: z.uuid(),
  label: z.string().optional(),
  address: addressSchema,
  /** In E.164 form, for the carrier. */
  phone: z.string().optional(),
  isDefault: z.boolean(),
});
export type SavedAddress = z.infer<typeof savedAddressSchema>;

/** The default one first, then the latest. */
export const addressesOutput = z.object({ addresses: z.array(savedAddressSchema) });

/** Without `addressId` a new one; the first is the default one in any case. */
export const saveAddressInput = z.strictObject({
  addressId: z.uuid().optional(),
  label: lineInput(MOST.label).optional(),
  address: addressInput,
  phone: phoneInput.optional(),
  isDefault: z.boolean().optional(),
});
export const savedAddressOutput = addressesOutput.extend({ addressId: z.uuid() });
export const addressIdInput = z.strictObject({ addressId: z.uuid() });

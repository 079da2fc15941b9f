import { addressSchema, contactSchema, isPostalCodeOf, regionsOf, vatIdInput } from '@orderflow/contracts/forms';
import type { AppRouter } from '@orderflow/gateway';
import type { inferRouterInputs } from '@trpc/server';
import { z } from 'zod';
import type { Cart } from '../cart/cart-cookie.ts';
import type { Locale } from '../i18n/locales.ts';

export type PlaceInput = inferRouterInputs<AppRouter>['orders']['place'];
type ShippingMethod = PlaceInput['shippingMethod'];

/** As the fields of the form have it: a field that is left out is empty. */
export interface AddressValues {
  name: string;
  company: string;
  line1: string;
  line2: string;
  postalCode: string;
  city: string;
  region: string;
  country: string;
}

export interface CheckoutValues {
  email: string;
  phone: string;
  address: AddressValues;
  /** The invoice is for somebody else than the parcel. */
  hasBilling: boolean;
  billing: AddressValues;
  vatId: string;
  method: ShippingMethod;
}

export const emptyAddress = (country: string): AddressValues => ({
  name: '',
  company: '',
  line1: '',
  line2: '',
  postalCode: '',
  city: '',
  region: '',
  country,
});

/** People write a number with blanks and 00 in front; E.164 (ITU-T) has neither. */
const tidyPhone = (text: string) => text.replace(/[\s()/.-]/g, '').replace(/^00/, '+');

const emptyIsNone = <Output>(schema: z.ZodType<Output, string>) =>
  z
    .string()
    .transform((text) => text.trim() || undefined)
    .pipe(schema.optional());

const addressInput = addressSchema
  .extend({ company: emptyIsNone(z.string().max(100)), line2: emptyIsNone(z.string().max(120)), region: z.string() })
  .superRefine(({ country, postalCode, region }, context) => {
    if (!isPostalCodeOf(country, postalCode))
      context.addIssue({ code: 'custom', path: ['postalCode'], message: 'postalCode' });
    const regions = regionsOf(country);
    if (regions.size > 0 && !regions.has(region))
      context.addIssue({ code: 'custom', path: ['region'], message: 'region' });
  })
  .transform(({ region, ...address }) =>
    withoutNone({ ...address, region: regionsOf(address.country).has(region) ? region : undefined }),
  );

const checked = z.object({
  email: z.string().trim().pipe(contactSchema.shape.email),
  phone: z
    .string()
    .transform((text) => tidyPhone(text) || undefined)
    .pipe(contactSchema.shape.phone),
  address: addressInput,
  billing: addressInput.optional(),
  vatId: emptyIsNone(vatIdInput).optional(),
  method: z.enum(['standard', 'express']),
});
export type CheckedCheckout = z.output<typeof checked>;

/** What is not shown is not looked at. */
export const checkoutSchema = z.preprocess((values) => {
  const given = values as CheckoutValues;
  return given.hasBilling ? given : { ...given, billing: undefined, vatId: undefined };
}, checked) as z.ZodType<CheckedCheckout, CheckoutValues>;

/** Where goods would go, as far as prices depend on it; undefined while that is not known. */
export function destinationOf({ country, postalCode, region }: AddressValues) {
  const regions = regionsOf(country);
  if (!postalCode.trim() || !isPostalCodeOf(country, postalCode)) return undefined;
  if (regions.size > 0 && !regions.has(region)) return undefined;
  // Nobody's name belongs into an address that is asked for by GET.
  return { name: '-', line1: '-', city: '-', postalCode: postalCode.trim(), country, ...(region && { region }) };
}

interface Purchase {
  readonly cart: Cart;
  readonly currency: string;
  /** What the customer saw, in minor units. */
  readonly total: number;
  readonly paymentMethod: string;
  readonly locale: Locale;
}

/** What is ordered, but for its key. */
export function orderOf(checkout: CheckedCheckout, purchase: Purchase): Omit<PlaceInput, 'idempotencyKey'> {
  const { email, phone, address, billing, vatId, method } = checkout;
  const { cart, currency, total, paymentMethod, locale } = purchase;
  return {
    lines: cart.map(({ sku, quantity }) => ({ sku, quantity })),
    shippingMethod: method,
    address,
    ...(billing && { billingAddress: billing }),
    ...(vatId !== undefined && { vatId }),
    contact: { email, ...(phone !== undefined && { phone }) },
    currency,
    paymentMethod,
    expectedTotal: total,
    locale,
  };
}

type Present<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

function withoutNone<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Present<T>;
}

/** The procedure's name of a field, as the form calls it. */
export function formFieldOf(field: string | undefined): string | undefined {
  const path = field
    ?.replace(/^contact\./, '')
    .replace(/^billingAddress/, 'billing')
    .replace(/^shippingMethod$/, 'method');
  return path !== undefined && /^(email|phone|vatId|method|(address|billing)(\.\w+)?)$/.test(path) ? path : undefined;
}

export const PROBLEMS = [
  'required',
  'tooLong',
  'characters',
  'email',
  'phone',
  'vatId',
  'postalCode',
  'region',
  'refused',
] as const;
export type Problem = (typeof PROBLEMS)[number];

/** What is wrong with a field, for whoever fills it in. */
export function problemOf(name: string, error: { type?: string | undefined; message?: string | undefined }): Problem {
  const field = name.split('.').at(-1);
  const own = PROBLEMS.find((problem) => problem === error.message);
  if (own) return own;
  if (error.type === 'too_small' || error.type === 'invalid_type') return 'required';
  if (error.type === 'too_big') return 'tooLong';
  if (field === 'email' || field === 'phone' || field === 'vatId') return field;
  return error.type === 'server' ? 'refused' : 'characters';
}

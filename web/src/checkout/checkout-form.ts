import { REGIONS, readPostalCode } from '@orderflow/contracts/forms';
import type { Cart } from '../cart/cart-cookie.ts';
import type { Locale } from '../i18n/locales.ts';
import type { CheckedCheckout } from './checkout-schema.ts';
import type { AddressValues, PlaceInput } from './checkout-values.ts';

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

/** Where goods would go, as far as prices depend on it; undefined while that is not known. */
export function destinationOf({ country, postalCode, region }: AddressValues) {
  const code = readPostalCode(postalCode, country);
  const regions = REGIONS[country];
  if (!code || (regions && !regions.some((one) => one.code === region))) return undefined;
  // Nobody's name belongs into an address that is asked for by GET.
  return { name: '-', line1: '-', city: '-', postalCode: code, country, ...(regions && { region }) };
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

/** The procedure's name of a field, as the form calls it. */
export function formFieldOf(field: string | undefined): string | undefined {
  const path = field
    ?.replace(/^contact\./, '')
    .replace(/^billingAddress/, 'billing')
    .replace(/^shippingMethod$/, 'method');
  return path !== undefined && /^(email|phone|vatId|method|(address|billing)(\.\w+)?)$/.test(path) ? path : undefined;
}

export type Problem =
  | 'required'
  | 'tooLong'
  | 'characters'
  | 'refused'
  | 'email'
  | 'phone'
  | 'vatId'
  | 'postalCode'
  | 'region';

const WITH_RULES = ['email', 'phone', 'vatId', 'postalCode', 'region'] as const satisfies readonly Problem[];

/** What is wrong with a field, for whoever fills it in. @param error `type` is zod's code of the issue, or `server` */
export function problemOf(name: string, { type }: { type?: string | undefined }): Problem {
  if (type === 'server') return 'refused';
  if (type === 'too_small' || type === 'invalid_type') return 'required';
  if (type === 'too_big') return 'tooLong';
  const field = name.split('.').at(-1);
  return WITH_RULES.find((known) => known === field) ?? 'characters';
}

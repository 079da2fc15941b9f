import { REGIONS, readPostalCode } from '@orderflow/contracts/forms';
import type { AppRouter } from '@orderflow/gateway';
import type { inferRouterInputs } from '@trpc/server';

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

/** Where goods would go, as far as prices depend on it; undefined while that is not known. */
export function destinationOf({ country, postalCode, region }: AddressValues) {
  const code = readPostalCode(postalCode, country);
  const regions = REGIONS[country];
  if (!code || (regions && !regions.some((one) => one.code === region))) return undefined;
  // Nobody's name belongs into an address that is asked for by GET.
  return { name: '-', line1: '-', city: '-', postalCode: code, country, ...(regions && { region }) };
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

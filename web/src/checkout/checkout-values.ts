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

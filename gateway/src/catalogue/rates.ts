import type { ShippingMethod } from '@orderflow/contracts';

/** All prices of the catalogue, and so of every order, are in this currency. */
export const SHOP_CURRENCY = 'EUR';

/** Where the shop is, and by whose clock its days begin and end. */
export const SHOP_COUNTRY = 'DE';
export const SHOP_TIME_ZONE = 'Europe/Berlin';

export type Zone = 'domestic' | 'union' | 'abroad';

/** The countries we ship to: zone and rate of tax on goods and shipping, in basis points. */
export const COUNTRIES: Readonly<Record<string, { zone: Zone; taxBasisPoints: number }>> = {
  DE: { zone: 'domestic', taxBasisPoints: 1_900 },
  AT: { zone: 'union', taxBasisPoints: 2_000 },
  BE: { zone: 'union', taxBasisPoints: 2_100 },
  BG: { zone: 'union', taxBasisPoints: 2_000 },
  CY: { zone: 'union', taxBasisPoints: 1_900 },
  CZ: { zone: 'union', taxBasisPoints: 2_100 },
  DK: { zone: 'union', taxBasisPoints: 2_500 },
  EE: { zone: 'union', taxBasisPoints: 2_400 },
  ES: { zone: 'union', taxBasisPoints: 2_100 },
  FI: { zone: 'union', taxBasisPoints: 2_550 },
  FR: { zone: 'union', taxBasisPoints: 2_000 },
  GR: { zone: 'union', taxBasisPoints: 2_400 },
  HR: { zone: 'union', taxBasisPoints: 2_500 },
  HU: { zone: 'union', taxBasisPoints: 2_700 },
  IE: { zone: 'union', taxBasisPoints: 2_300 },
  IT: { zone: 'union', taxBasisPoints: 2_200 },
  LT: { zone: 'union', taxBasisPoints: 2_100 },
  LU: { zone: 'union', taxBasisPoints: 1_700 },
  LV: { zone: 'union', taxBasisPoints: 2_100 },
  MT: { zone: 'union', taxBasisPoints: 1_800 },
  NL: { zone: 'union', taxBasisPoints: 2_100 },
  PL: { zone: 'union', taxBasisPoints: 2_300 },
  PT: { zone: 'union', taxBasisPoints: 2_300 },
  RO: { zone: 'union', taxBasisPoints: 2_100 },
  SE: { zone: 'union', taxBasisPoints: 2_500 },
  SI: { zone: 'union', taxBasisPoints: 2_200 },
  SK: { zone: 'union', taxBasisPoints: 2_300 },
  CH: { zone: 'abroad', taxBasisPoints: 810 },
  GB: { zone: 'abroad', taxBasisPoints: 2_000 },
  NO: { zone: 'abroad', taxBasisPoints: 2_500 },
  // Exports: the buyer pays what is due at the border.
  US: { zone: 'abroad', taxBasisPoints: 0 },
  CA: { zone: 'abroad', taxBasisPoints: 0 },
};

/** Cents for one parcel. */
const SHIPPING: Readonly<Record<ShippingMethod, Readonly<Record<Zone, number>>>> = {
  standard: { domestic: 490, union: 990, abroad: 1_990 },
  express: { domestic: 1_290, union: 2_490, abroad: 4_490 },
};

/** Working days from the order to the door. */
export const SHIPPING_DAYS: Readonly<Record<ShippingMethod, Readonly<Record<Zone, { min: number; max: number }>>>> = {
  standard: { domestic: { min: 2, max: 4 }, union: { min: 3, max: 6 }, abroad: { min: 5, max: 10 } },
  express: { domestic: { min: 1, max: 2 }, union: { min: 2, max: 3 }, abroad: { min: 3, max: 5 } },
};

/** Standard shipping costs nothing from this subtotal on (cents), except abroad. */
export const FREE_SHIPPING_FROM = 7_500;

/** What one parcel costs before tax, for goods of so much (cents before tax). */
export function shippingCents(method: ShippingMethod, zone: Zone, subtotal: number): number {
  return isFreeFrom(method, zone) && subtotal >= FREE_SHIPPING_FROM ? 0 : SHIPPING[method][zone];
}

/** Whether the method costs nothing once the goods cost enough. */
export const isFreeFrom = (method: ShippingMethod, zone: Zone): boolean => method === 'standard' && zone !== 'abroad';

import { DomainError } from '../platform/domain-error.ts';
import { COUNTRIES, SHOP_COUNTRY, type Zone } from './rates.ts';

export interface Destination {
  readonly code: string;
  readonly zone: Zone;
  readonly taxBasisPoints: number;
}

/** Those we ship to, the shop's own first, then by code. */
export const DESTINATIONS: readonly Destination[] = Object.entries(COUNTRIES)
  .map(([code, country]) => ({ code, ...country }))
  .sort((a, b) => Number(b.code === SHOP_COUNTRY) - Number(a.code === SHOP_COUNTRY) || (a.code < b.code ? -1 : 1));

/** @throws DomainError UNSUPPORTED_COUNTRY naming `country` */
export function destinationOf(code: string = SHOP_COUNTRY): Destination {
  const country = Object.hasOwn(COUNTRIES, code) ? COUNTRIES[code] : undefined;
  if (country) return { code, ...country };
  throw new DomainError('UNSUPPORTED_COUNTRY', `country ${code} is a country we do not ship to`, { field: 'country' });
}

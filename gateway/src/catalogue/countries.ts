import { DomainError } from '../platform/domain-error.ts';
import { COUNTRIES, SHOP_COUNTRY, type Zone } from './rates.ts';
import { TERRITORIES, territoryAt } from './territories.ts';

export interface Destination {
  readonly code: string;
  readonly zone: Zone;
  readonly taxBasisPoints: number;
}

/** With what its territory, if it lies in one, makes of the country's rules. */
export interface Place extends Destination {
  readonly territory?: string;
  /** The country's, in a territory. */
  readonly countryTaxBasisPoints?: number;
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

/** What an address makes of tax and shipping. @param postalCode as it is written in the country */
export function placeIn(country: Destination, postalCode: string): Place {
  const territory = territoryAt(country.code, postalCode);
  if (!territory) return country;
  const { code, zone, taxBasisPoints } = territory;
  return { code: country.code, territory: code, zone, taxBasisPoints, countryTaxBasisPoints: country.taxBasisPoints };
}

/** Whether some postal codes of the country have prices of their own. */
export const hasTerritories = (country: string): boolean => TERRITORIES[country] !== undefined;

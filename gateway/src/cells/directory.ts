import { regionNumberOf } from '@orderflow/contracts';
import { ConfigError, env } from '@orderflow/runtime';
import { z } from 'zod';

/** One cell: a broker, a store and their processes, which share nothing with another's but the secrets that sign tokens. */
export interface Region {
  readonly name: string;
  /** Stands in the ids of its orders, so it never changes, and no other region ever gets it. */
  readonly number: number;
  /** Where the other cells' gateways reach its own, without a slash at the end. */
  readonly url: string;
}

const ONE = /^([a-z0-9-]{1,30}):(\d{1,3})=(https?:\/\/[^\s,=]+)$/;
const REGIONS_FORM =
  'must name each region with its number and address, e.g. eu-1:1=https://eu.example,us-1:2=https://us.example';
const COUNTRIES_FORM = 'must give countries to regions, e.g. us-1=US+CA,eu-1=CH';
const MOST_REGIONS = 255;

const parts = (list: string): string[] => list.split(',').map((part) => part.trim());

function readRegions(list: string): Region[] | string {
  const regions: Region[] = [];
  for (const part of parts(list)) {
    const [, name, digits, url = ''] = ONE.exec(part) ?? [];
    if (name === undefined || !URL.canParse(url)) return REGIONS_FORM;
    const number = Number(digits);
    if (number < 1 || number > MOST_REGIONS) return `must number its regions from 1 to ${MOST_REGIONS}`;
    if (regions.some((one) => one.name === name)) return `must name ${name} once`;
    if (regions.some((one) => one.number === number)) return `must give the number ${number} to one region only`;
    regions.push({ name, number, url: url.replace(/\/+$/, '') });
  }
  return regions;
}

function readCountries(list: string): ReadonlyMap<string, string> | string {
  const regions = new Map<string, string>();
  for (const part of parts(list)) {
    const [, name, countries = ''] = /^([a-z0-9-]{1,30})=([A-Z]{2}(?:\+[A-Z]{2})*)$/.exec(part) ?? [];
    if (name === undefined) return COUNTRIES_FORM;
    for (const country of countries.split('+')) {
      if (regions.has(country)) return `must give ${country} to one region only`;
      regions.set(country, name);
    }
  }
  return regions;
}

const read = <T extends object>(readList: (list: string) => T | string) =>
  z.string().transform((list, context) => {
    const found = readList(list);
    if (typeof found !== 'string') return found;
    context.addIssue({ code: 'custom', message: found });
    return z.NEVER;
  });

export const regionsEnv = {
  /** All regions with their numbers and addresses, ours (`REGION`) among them, alike in every cell. Unset: there is one cell. */
  REGIONS: read(readRegions).optional(),
  /** Which region sells to which countries; the first of `REGIONS` to all others. */
  REGION_COUNTRIES: read(readCountries).optional(),
  /** So long a gateway waits for another region's. */
  REGION_TIMEOUT_MS: env.wholeNumber(100, 60_000).default(5_000),
};

/** Which region is where, and what belongs to which. */
export interface Directory {
  readonly here: Region;
  readonly others: readonly Region[];
  /** Orders of before there were regions are the first region's. */
  ofOrder(orderId: string): Region;
  ofCountry(country: string): Region;
}

export type DirectoryConfig = Pick<z.output<z.ZodObject<typeof regionsEnv>>, 'REGIONS' | 'REGION_COUNTRIES'> & {
  readonly REGION: string;
};

/** Undefined: there is one cell only. @throws ConfigError where the settings do not go together */
export function directoryOf({ REGION, REGIONS, REGION_COUNTRIES }: DirectoryConfig): Directory | undefined {
  if (!REGIONS) {
    if (!REGION_COUNTRIES) return undefined;
    throw new ConfigError('REGION_COUNTRIES is set without REGIONS; it must name regions that are there');
  }
  const named = (name: string) => REGIONS.find((region) => region.name === name);
  const here = named(REGION);
  const names = REGIONS.map(({ name }) => name).join(', ');
  if (!here) throw new ConfigError(`REGION is ${JSON.stringify(REGION)}; it must be one of REGIONS: ${names}`);
  const unknown = [...(REGION_COUNTRIES?.values() ?? [])].find((name) => !named(name));
  if (unknown !== undefined) {
    throw new ConfigError(`REGION_COUNTRIES names ${JSON.stringify(unknown)}; it must name some of REGIONS: ${names}`);
  }
  const [first = here] = REGIONS;
  return {
    here,
    others: REGIONS.filter((region) => region !== here),
    ofOrder: (orderId) => {
      const number = regionNumberOf(orderId);
      return REGIONS.find((region) => region.number === number) ?? first;
    },
    ofCountry: (country) => named(REGION_COUNTRIES?.get(country) ?? '') ?? first,
  };
}

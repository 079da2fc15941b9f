import 'server-only';
import type { AppRouter } from '@orderflow/gateway';
import type { inferRouterOutputs } from '@trpc/server';
import { cache } from 'react';
import { type Failure, failureOf } from '../trpc/failure.ts';
import { serverCalls } from '../trpc/server.ts';
import { getVisitor } from './visitor.ts';

type Config = inferRouterOutputs<AppRouter>['shop']['config'];

export interface Shop extends Config {
  /** Whose taxes and shipping the prices are with. */
  readonly country: string;
  readonly categories: readonly string[];
}

const FRESH_MS = 30_000;

/** The same for every visitor; the last one stays when the gateway is away, so that the pages keep their frame. */
let last: { readonly at: number; readonly config: Config; readonly categories: readonly string[] } | undefined;

const load = cache(async (): Promise<Failure | undefined> => {
  if (last && Date.now() - last.at < FRESH_MS) return undefined;
  try {
    const calls = serverCalls();
    const [config, found] = await Promise.all([calls.shop.config.query(), calls.catalog.search.query({ limit: 1 })]);
    last = { at: Date.now(), config, categories: found.facets.categories.map(({ category }) => category) };
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
});

/** The shop for this visitor, or why nothing is known of it. */
export const getShop = cache(async (): Promise<Shop | Failure> => {
  const failed = await load();
  if (!last) return failed ?? failureOf(undefined);
  const { config, categories } = last;
  const { country } = await getVisitor();
  const known = config.countries.some(({ code }) => code === country);
  return { ...config, categories, country: known && country !== undefined ? country : config.defaultCountry };
});

export const isShop = (shop: Shop | Failure): shop is Shop => 'countries' in shop;

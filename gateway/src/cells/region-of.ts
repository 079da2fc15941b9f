import { orderIdSchema } from '@orderflow/contracts';
import type { Directory, Region } from './directory.ts';

/** The country that decides which region's catalogue, prices and stock a call is about. */
const COUNTRY_OF: Readonly<Record<string, (input: Record<string, unknown>) => unknown>> = {
  'orders.place': ({ address }) => (address as { country?: unknown } | null | undefined)?.country,
  'orders.quote': ({ address }) => (address as { country?: unknown } | null | undefined)?.country,
  'cart.price': ({ country }) => country,
};

/**
 * Which region answers a call: that of the order it names, or of the country it is for; else the one that was asked.
 * @param input as it came in, of any shape
 */
export function regionOf(directory: Directory, path: string, input: unknown): Region {
  if (input === null || typeof input !== 'object') return directory.here;
  const { data: orderId } = orderIdSchema.safeParse((input as { orderId?: unknown }).orderId);
  if (orderId !== undefined) return directory.ofOrder(orderId);
  const country = COUNTRY_OF[path]?.(input as Record<string, unknown>);
  return typeof country === 'string' ? directory.ofCountry(country) : directory.here;
}

/** Orders that are here, and those that are in each of the other regions. */
export function byRegion(directory: Directory | undefined, orderIds: readonly string[]) {
  const here = directory?.here;
  const homeOf = (orderId: string) => directory?.ofOrder(orderId);
  return {
    here: orderIds.filter((orderId) => homeOf(orderId) === here),
    elsewhere: (directory?.others ?? []).flatMap((region) => {
      const theirs = orderIds.filter((orderId) => homeOf(orderId) === region);
      return theirs.length > 0 ? [{ region, orderIds: theirs }] : [];
    }),
  };
}

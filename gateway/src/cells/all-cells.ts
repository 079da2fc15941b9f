import type { OrdersListed } from '@orderflow/contracts';
import { DomainError } from '../platform/domain-error.ts';
import { type Call, type Cells, isOutage } from './cells.ts';

type Listing = Omit<Call, 'type' | 'input'> & {
  readonly input: { readonly limit: number };
};

/**
 * A page of what is listed newest first, of all regions. One that does not answer is named, and what the others have is shown.
 * @param here this region's own page
 */
export async function pageOfAll(
  cells: Cells | undefined,
  call: Listing,
  here: () => Promise<OrdersListed>,
): Promise<OrdersListed> {
  if (!cells) return here();
  const away: string[] = [];
  const asked = cells.others.map(async (region) => {
    try {
      return (await cells.ask(region, { ...call, type: 'query' })) as OrdersListed;
    } catch (error) {
      if (!(error instanceof DomainError && isOutage(error))) throw error;
      away.push(region.name);
      return { orders: [], unreadable: [] };
    }
  });
  const pages = await Promise.all([here(), ...asked]);
  return { ...mergedPage(pages, call.input.limit), ...(away.length > 0 && { regionsAway: away.sort() }) };
}

/** What every other region answers to the same call. @throws what one of them refuses with, REGION_UNAVAILABLE among it */
export const askOthers = (cells: Cells | undefined, call: Call): Promise<unknown[]> =>
  Promise.all((cells?.others ?? []).map((region) => cells?.ask(region, call)));

/**
 * Pure: the newest of several pages. Ids begin with the time at which they were made, whichever region made them: the last id of a
 * page says where each region's part of the next begins.
 */
export function mergedPage(pages: readonly OrdersListed[], limit: number): OrdersListed {
  const all = pages
    .flatMap(({ orders, unreadable }) => [
      ...orders.map((order) => ({ id: order.id, order })),
      ...unreadable.map((id) => ({ id, order: undefined })),
    ])
    .sort((one, other) => (one.id < other.id ? 1 : -1));
  const page = all.slice(0, limit);
  const last = page.at(-1);
  const isMore = all.length > limit || pages.some(({ nextCursor }) => nextCursor !== undefined);
  return {
    orders: page.flatMap(({ order }) => (order ? [order] : [])),
    unreadable: page.flatMap(({ id, order }) => (order ? [] : [id])),
    ...(isMore && last && { nextCursor: last.id }),
  };
}

import type { OrderStatus } from '@orderflow/contracts';
import type { AppRouter } from '@orderflow/gateway';
import type { inferRouterInputs } from '@trpc/server';
import { createLoader, type inferParserType, parseAsString, parseAsStringLiteral } from 'nuqs/server';
import { dayIn, isDay } from './day.ts';

/** As customers sort their orders; the gateway's statuses are finer. */
const STATUSES = {
  any: undefined,
  open: ['pending', 'confirmed', 'shipped', 'cancelling'],
  delivered: ['delivered'],
  ended: ['rejected', 'payment_failed', 'cancelled', 'expired'],
} as const satisfies Record<string, readonly OrderStatus[] | undefined>;
const OPEN: readonly OrderStatus[] = STATUSES.open;
/** It is still going somewhere. */
export const isOpen = (status: OrderStatus): boolean => OPEN.includes(status);

export const ORDER_STATES = ['any', 'open', 'delivered', 'ended'] as const;

/** What the gateway takes for a search. */
export const SHORTEST_TEXT = 2;
const LONGEST_TEXT = 100;
const PAGE_SIZE = 10;

/** What the address says of a look through orders. */
export const orderParsers = {
  text: parseAsString.withDefault(''),
  state: parseAsStringLiteral(ORDER_STATES).withDefault('any'),
  from: parseAsString,
  until: parseAsString,
  /** Where the next page begins, for those without JavaScript. */
  cursor: parseAsString.withDefault(''),
};
export type OrderParams = inferParserType<typeof orderParsers>;
export const loadOrderParams = createLoader(orderParsers);

export type ListInput = Omit<NonNullable<inferRouterInputs<AppRouter>['orders']['list']>, 'cursor'>;

/** The same for server and browser. Days are the shop's; what makes no sense is left out. */
export function orderListInput({ text, state, from, until }: OrderParams, timeZone: string): ListInput {
  const words = text.trim().slice(0, LONGEST_TEXT);
  const statuses = STATUSES[state];
  return {
    limit: PAGE_SIZE,
    ...(words.length >= SHORTEST_TEXT ? { text: words } : {}),
    ...(statuses ? { statuses: [...statuses] } : {}),
    ...(isDay(from) ? { from: dayIn(from, timeZone).from } : {}),
    ...(isDay(until) ? { until: dayIn(until, timeZone).until } : {}),
  };
}

export const isFiltered = ({ text, state, from, until }: OrderParams): boolean =>
  text.trim().length >= SHORTEST_TEXT || state !== 'any' || isDay(from) || isDay(until);

/** A cursor is an order's id; any other would be refused. */
export const cursorIn = ({ cursor }: Pick<OrderParams, 'cursor'>): string | undefined =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(cursor) ? cursor : undefined;

import type { Order, TimelineEntry } from '@orderflow/contracts';
import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { backoffMs, keepLongerTimeline, keepNewerOrder, newerOrder, withEntries, withOrder } from './order-updates.ts';

const entry = (eventId: string) => ({ eventId }) as TimelineEntry;
const order = (id: string, revision: number) => ({ id, revision }) as Order;

test('entries that come twice are there once', () => {
  const timeline = { orderId: 'o', entries: [entry('a'), entry('b')] };
  expect(withEntries(timeline, [entry('b'), entry('c')]).entries.map(({ eventId }) => eventId)).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(withEntries(timeline, [entry('a')])).toBe(timeline);
});

test('a page and pages of orders get the newer order, and keep a newer one', () => {
  const page = { orders: [order('a', 2), order('b', 5)], unreadable: [] };
  expect(withOrder(page, order('a', 3)).orders).toEqual([order('a', 3), order('b', 5)]);
  expect(withOrder(page, order('b', 4)).orders).toEqual(page.orders);
  expect(withOrder({ pages: [page], pageParams: [null] }, order('a', 3)).pages[0]?.orders[0]).toEqual(order('a', 3));
  expect(withOrder(undefined, order('a', 3))).toBeUndefined();
});

test('the longer nobody answers the longer it waits, up to eight seconds', () => {
  expect([0, 1, 4, 10].map(backoffMs)).toEqual([500, 1_000, 8_000, 8_000]);
});

test('of two answers the higher revision stays', () => {
  expect(newerOrder(order('a', 3), order('a', 2)).revision).toBe(3);
  expect(newerOrder(order('a', 3), order('a', 4)).revision).toBe(4);
  expect(newerOrder(undefined, order('a', 1)).revision).toBe(1);
});

test.each([
  ['order', keepNewerOrder, order('a', 3), order('a', 2), order('a', 4)],
  [
    'timeline',
    keepLongerTimeline,
    { entries: [entry('a'), entry('b')] },
    { entries: [entry('a')] },
    { entries: [entry('a'), entry('b'), entry('c')] },
  ],
])(
  'an answer about the %s that the stream has overtaken takes nothing back',
  async (_, structuralSharing, streamed, old, next) => {
    const queries = new QueryClient();
    const queryKey = ['it'];
    let answer: (data: object) => void = () => {};
    const queryFn = () =>
      new Promise<object>((resolve) => {
        answer = resolve;
      });
    const asked = queries.fetchQuery({ queryKey, queryFn, structuralSharing });
    queries.setQueryData(queryKey, streamed);
    answer(old);
    await asked;
    expect(queries.getQueryData(queryKey)).toEqual(streamed);

    const again = queries.fetchQuery({ queryKey, queryFn, structuralSharing, staleTime: 0 });
    answer(next);
    await again;
    expect(queries.getQueryData(queryKey)).toEqual(next);
    queries.clear();
  },
);

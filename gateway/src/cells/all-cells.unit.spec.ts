import type { Order, OrdersListed } from '@orderflow/contracts';
import { expect, test } from 'vitest';
import { mergedPage } from './all-cells.ts';

/** Ids sort by time: a higher one is newer. */
const page = (ids: readonly string[], more: Partial<OrdersListed> = {}): OrdersListed => ({
  orders: ids.map((id) => ({ id }) as Order),
  unreadable: [],
  ...more,
});
const shown = ({ orders, ...rest }: OrdersListed) => ({ orders: orders.map(({ id }) => id), ...rest });

test('the newest of all regions come first, and the page goes on after its last', () => {
  const merged = mergedPage([page(['9', '5', '4'], { nextCursor: '4' }), page(['8', '7', '1'])], 3);
  expect(shown(merged)).toEqual({ orders: ['9', '8', '7'], unreadable: [], nextCursor: '7' });
});

test('the last page has no next one', () => {
  expect(shown(mergedPage([page(['2']), page(['1'])], 3))).toEqual({ orders: ['2', '1'], unreadable: [] });
  expect(shown(mergedPage([page([]), page([])], 3))).toEqual({ orders: [], unreadable: [] });
});

test('a page that is just full goes on where one of the regions has more', () => {
  expect(mergedPage([page(['3', '2'], { nextCursor: '2' }), page([])], 2).nextCursor).toBe('2');
  expect(mergedPage([page(['3']), page(['2'])], 2).nextCursor).toBeUndefined();
});

test('what cannot be read has its place', () => {
  const merged = mergedPage([page(['3'], { unreadable: ['4', '1'] }), page(['2'])], 3);
  expect(shown(merged)).toEqual({ orders: ['3', '2'], unreadable: ['4'], nextCursor: '2' });
});

import { expect, test } from 'vitest';
import { copyOf, stampsOf } from './stamps.ts';
import type { TimelineEntry } from './types.ts';

const entry = (source: string, type: string): TimelineEntry => ({
  eventId: `${source} ${type}`,
  source,
  type,
  at: '2026-11-26T12:00:00.000Z',
  text: '',
});

test('each copy has the last stamp of who works on it, and none before they did', () => {
  const stamps = stampsOf([
    entry('/gateway', 'order.placed'),
    entry('/inventory', 'inventory.reserved'),
    entry('/payment', 'payment.declined'),
    entry('/notification', 'notification.sent'),
    entry('/notification', 'notification.delivered'),
    entry('/order-process', 'order.confirmed'),
  ]);
  expect(stamps.map(({ copy, type, tone }) => [copy, type, tone])).toEqual([
    ['gateway', 'order.confirmed', 'gateway'],
    ['inventory', 'inventory.reserved', 'inventory'],
    ['payment', 'payment.declined', 'wrong'],
    ['delivery', undefined, 'delivery'],
    ['notification', 'notification.sent', 'notification'],
  ]);
});

test('a source that nobody knows is of the order desk', () => {
  expect(copyOf('/somebody')).toBe('gateway');
  expect(copyOf('/delivery')).toBe('delivery');
});

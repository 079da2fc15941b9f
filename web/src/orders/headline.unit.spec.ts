import { expect, test } from 'vitest';
import { hasDocuments, headlineOf, isOver } from './headline.ts';
import type { Order } from './types.ts';

const order = (given: Partial<Order>) => ({ status: 'pending', shipment: 'none', ...given }) as Order;
const due = (need: 'retry' | 'challenge') => ({ need, attempt: 1, until: '2026-11-26T12:00:00.000Z' }) as const;

test.each([
  [order({ status: 'delivered', erased: { at: '2026-11-26T12:00:00.000Z' } }), 'erased'],
  [order({}), 'received'],
  [order({ paymentDue: due('challenge') }), 'challenge'],
  [order({ paymentDue: due('retry') }), 'declined'],
  [order({ status: 'confirmed' }), 'confirmed'],
  [order({ status: 'confirmed', shipment: 'failed' }), 'undeliverable'],
  [order({ status: 'shipped', shipment: 'partially_dispatched' }), 'partly_shipped'],
  [order({ status: 'shipped', shipment: 'dispatched' }), 'shipped'],
  [order({ status: 'cancelling' }), 'cancelling'],
  [order({ status: 'expired' }), 'expired'],
])('%o is %s', (given, expected) => {
  expect(headlineOf(given)).toBe(expected);
});

test('an order that ended before anything left is over; one that arrived is not', () => {
  expect(isOver({ status: 'cancelled' })).toBe(true);
  expect(isOver({ status: 'delivered' })).toBe(false);
});

test('there are documents once money was charged', () => {
  expect(hasDocuments({ payment: 'authorized' })).toBe(false);
  expect(hasDocuments({ payment: 'refunded' })).toBe(true);
});

import { expect, test } from 'vitest';
import { cursorIn, isFiltered, type OrderParams, orderListInput } from './order-params.ts';

const none: OrderParams = { text: '', state: 'any', from: null, until: null, cursor: '' };

test('without filters all orders are asked for', () => {
  expect(orderListInput(none, 'Europe/Berlin')).toEqual({ limit: 10 });
  expect(isFiltered(none)).toBe(false);
});

test('an address says words, statuses and days of the shop', () => {
  const params = { ...none, text: ' mug ', state: 'ended' as const, from: '2026-01-15', until: '2026-01-15' };
  expect(orderListInput(params, 'Europe/Berlin')).toEqual({
    limit: 10,
    text: 'mug',
    statuses: ['rejected', 'payment_failed', 'cancelled', 'expired'],
    from: '2026-01-14T23:00:00.000Z',
    until: '2026-01-15T22:59:59.999Z',
  });
});

test('what makes no sense is left out', () => {
  const params = { ...none, text: 'm', from: 'yesterday', until: '2026-02-31', cursor: "';--" };
  expect(orderListInput(params, 'UTC')).toEqual({ limit: 10 });
  expect(isFiltered(params)).toBe(false);
  expect(cursorIn(params)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { createBuyerKeys } from './buyer.ts';

const keysOf = createBuyerKeys('a secret of the shop, long enough for it');

test('a buyer is known by address, mailbox and account, and the keys tell none of them', () => {
  const keys = keysOf({ address: '192.0.2.7', email: 'ada@example.com', customerId: 'alice' });
  expect(keys.map((key) => key.replace(/:.{22}$/, ''))).toEqual(['address', 'mailbox', 'customer']);
  expect(keys.join()).not.toMatch(/192|ada|alice/);
  const other = createBuyerKeys('another secret of another shop, as long')({ address: '192.0.2.7' });
  expect(other[0]).not.toBe(keys[0]);
});

test('a guest has no account', () => {
  expect(keysOf({ email: 'ada@example.com', customerId: 'guest:0123' })).toHaveLength(1);
});

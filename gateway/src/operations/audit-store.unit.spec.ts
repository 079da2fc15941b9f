import { expect, test } from 'vitest';
import { withoutSecrets } from './audit-store.ts';

test.each(['clientSecret', 'token', 'apiToken', 'Password', 'cardNumber'])('%s is hidden, at any depth', (name) => {
  expect(withoutSecrets({ a: [{ [name]: '4242' }] })).toEqual({ a: [{ [name]: '(hidden)' }] });
});

test('what is harmless stays as it is', () => {
  const input = {
    orderId: 'o',
    amount: { amount: 5, currency: 'EUR' },
    lines: [{ sku: 'A', quantity: 1 }],
    restock: true,
  };
  expect(withoutSecrets(input)).toEqual(input);
});

test('long texts are cut, long lists and deep objects too', () => {
  expect(withoutSecrets('x'.repeat(501))).toHaveLength(500);
  expect(withoutSecrets(Array(101).fill(1))).toHaveLength(100);
  expect(withoutSecrets({ a: { b: { c: { d: { e: { f: 1 } } } } } })).toEqual({ a: { b: { c: { d: { e: '…' } } } } });
});

test('field names that mean something to a store mean nothing any more', () => {
  expect(withoutSecrets({ $set: { 'a.b': 1 } })).toEqual({ _set: { a_b: 1 } });
});

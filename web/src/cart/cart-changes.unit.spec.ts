import { expect, test } from 'vitest';
import { acceptChanges, changesOf, type PricedCart, type PricedLine, withSeenPrices } from './cart-changes.ts';

const euros = (amount: number) => ({ amount, currency: 'EUR' });
const LINES: PricedLine[] = [
  { sku: 'AS-SEEN', quantity: 1, wanted: 1, status: 'ok', unitGross: euros(100) },
  { sku: 'DEARER', quantity: 2, wanted: 2, status: 'price_changed', unitGross: euros(120), seenGross: euros(100) },
  { sku: 'SHORT', quantity: 3, wanted: 9, status: 'reduced', unitGross: euros(100), available: 3 },
  { sku: 'GONE', quantity: 0, wanted: 1, status: 'sold_out' },
  { sku: 'FORGOTTEN', quantity: 0, wanted: 1, status: 'unknown' },
];
const PRICED: PricedCart = { currency: 'EUR', lines: LINES, methods: [], subtotalGross: euros(0), ok: false };

test('what changed is every line that is not as it was seen', () => {
  expect(changesOf(PRICED).map(({ sku }) => sku)).toEqual(['DEARER', 'SHORT', 'GONE', 'FORGOTTEN']);
});

test('accepting all of it leaves a cart that the shop has nothing to say about', () => {
  const cart = LINES.map(({ sku, wanted }) => ({ sku, quantity: wanted, seenGross: 100 }));
  expect(acceptChanges([...cart, { sku: 'ADDED-SINCE', quantity: 1 }], PRICED)).toEqual([
    { sku: 'AS-SEEN', quantity: 1, seenGross: 100 },
    { sku: 'DEARER', quantity: 2, seenGross: 120 },
    { sku: 'SHORT', quantity: 3, seenGross: 100 },
    { sku: 'ADDED-SINCE', quantity: 1 },
  ]);
});

test('a price that is shown for the first time has been seen from then on, others stay as they were seen', () => {
  const cart = [
    { sku: 'AS-SEEN', quantity: 1 },
    { sku: 'DEARER', quantity: 2, seenGross: 100 },
  ];
  const next = withSeenPrices(cart, PRICED);
  expect(next).toEqual([{ sku: 'AS-SEEN', quantity: 1, seenGross: 100 }, cart[1]]);
  expect(withSeenPrices(next, PRICED)).toBe(next);
});

import { describe, expect, test } from 'vitest';
import type { BuyerKey } from '../orders/buyer-key.ts';
import { decideUnpaidHold } from './decide-unpaid-hold.ts';

const limits = { units: 30, sharePercent: 20 };
const mugs = (quantity: number) => [{ sku: 'MUG', quantity }];
const held = (quantity: number, key: BuyerKey = 'mailbox:m') => [
  { key, lines: quantity === 0 ? [] : [{ sku: 'MUG', quantity }] },
];
const decide = (quantity: number, own: number, available: number, key?: BuyerKey) =>
  decideUnpaidHold(mugs(quantity), held(own, key), new Map([['MUG', available]]), limits);

describe('of one SKU', () => {
  test('a buyer holds a fifth of what is there unpaid and no more', () => {
    expect(decide(2, 10, 60)).toEqual({ large: false });
    expect(decide(3, 10, 60)).toEqual({ refused: 'mailbox:m', sku: 'MUG', most: 12 });
    // What it holds is not available any more.
    expect(decide(1, 10, 50, 'address:a')).toEqual({ refused: 'address:a', sku: 'MUG', most: 10 });
  });

  test('anybody may hold three, however few there are', () => {
    expect(decide(1, 2, 1)).toEqual({ large: false });
    expect(decide(2, 2, 1)).toEqual({ refused: 'mailbox:m', sku: 'MUG', most: 3 });
  });

  test('who holds nothing may order more, and holds it only until the card is answered', () => {
    expect(decide(13, 0, 60)).toEqual({ large: true });
    expect(decide(12, 0, 60)).toEqual({ large: false });
  });

  test('what we do not know the stock of is only counted', () => {
    expect(decideUnpaidHold(mugs(9), held(9), new Map(), limits)).toEqual({ large: false });
  });
});

describe('of all together', () => {
  const vase = [{ sku: 'VASE', quantity: 20 }];
  const plenty = new Map([
    ['MUG', 5_000],
    ['VASE', 5_000],
  ]);

  test('a buyer holds so many units unpaid and no more; an address more', () => {
    const beside = (key: BuyerKey, quantity: number) =>
      decideUnpaidHold(mugs(quantity), [{ key, lines: vase }], plenty, limits);
    expect(beside('customer:c', 10)).toEqual({ large: false });
    expect(beside('customer:c', 11)).toEqual({ refused: 'customer:c', most: 30 });
    expect(beside('address:a', 99)).toEqual({ large: false });
    expect(beside('address:a', 101)).toEqual({ refused: 'address:a', most: 120 });
  });

  test('one large order alone is taken', () => {
    expect(decideUnpaidHold(mugs(99), held(0), plenty, limits)).toEqual({ large: true });
  });
});

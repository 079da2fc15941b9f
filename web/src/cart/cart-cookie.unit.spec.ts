import { describe, expect, test } from 'vitest';
import { countOf, formatCart, parseCart, withAdded, withQuantity } from './cart-cookie.ts';

const CART = [
  { sku: 'MUG-ENAMEL-RED', quantity: 2, seenGross: 1_666 },
  { sku: 'VASE-BUD', quantity: 1 },
];

describe('the cookie', () => {
  test('says a cart so that it is read as it was, without anything to escape', () => {
    const cookie = formatCart(CART);
    expect(cookie).toBe('MUG-ENAMEL-RED_2_1666.VASE-BUD_1');
    expect(encodeURIComponent(cookie)).toBe(cookie);
    expect(parseCart(cookie)).toEqual(CART);
  });

  test.each([undefined, '', '.', 'mug_1', 'MUG-RED', 'MUG-RED_0', 'MUG-RED_100', 'MUG-RED_1_x', '<script>_1', 'A_-1'])(
    '%j is an empty cart',
    (cookie) => expect(parseCart(cookie)).toEqual([]),
  );

  test('keeps what can be read of a cart, each SKU once and fifty at most', () => {
    expect(parseCart('VASE-BUD_1.rubbish.VASE-BUD_3')).toEqual([{ sku: 'VASE-BUD', quantity: 3 }]);
    const many = Array.from({ length: 60 }, (_, n) => `SKU-${n}_1`).join('.');
    expect(parseCart(many)).toHaveLength(50);
  });
});

describe('a change', () => {
  test('adds to the line that is there, up to 99, with the price that was seen last', () => {
    expect(withAdded(CART, { sku: 'VASE-BUD', quantity: 99, seenGross: 2_261 })[1]).toEqual({
      sku: 'VASE-BUD',
      quantity: 99,
      seenGross: 2_261,
    });
  });

  test('of the quantity to none takes the line out', () => {
    expect(withQuantity(CART, 'VASE-BUD', 0)).toEqual([CART[0]]);
    expect(countOf(withQuantity(CART, 'VASE-BUD', 5))).toBe(7);
  });
});

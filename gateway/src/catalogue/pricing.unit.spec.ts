import { money } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { describe, expect, test } from 'vitest';
import { ADDRESS, quoteFor } from '../testing/orders.ts';
import { isPricingProblem, priceOrder } from './pricing.ts';

const products = new Map([
  ['MUG', { name: 'Mug', price: money(1_400, 'EUR') }],
  ['LAMP', { name: 'Lamp', price: money(7_499, 'EUR') }],
]);
const price = (over: Parameters<typeof quoteFor>[0]) => priceOrder(quoteFor(over), products);
const to = (country: string) => ({ address: { ...ADDRESS, country } });

describe('an order is priced', () => {
  test('from the catalogue, tax on each piece and on shipping', () => {
    // 19 % of 14.00 is 2.66, of 4.90 shipping 0.931.
    expect(price({ lines: [{ sku: 'MUG', quantity: 2 }] })).toEqual({
      lines: [
        {
          sku: 'MUG',
          quantity: 2,
          name: 'Mug',
          unitPrice: eur(1_400),
          unitGross: eur(1_666),
          net: eur(2_800),
          tax: eur(532),
          gross: eur(3_332),
          taxBasisPoints: 1_900,
        },
      ],
      subtotal: money(2_800, 'EUR'),
      shipping: money(490, 'EUR'),
      tax: money(625, 'EUR'),
      total: money(3_915, 'EUR'),
      shippingGross: eur(583),
      taxBasisPoints: 1_900,
    });
  });

  test('with the lines of one SKU summed, in the order of their first appearance', () => {
    const lines = [
      { sku: 'MUG', quantity: 2 },
      { sku: 'LAMP', quantity: 1 },
      { sku: 'MUG', quantity: 3 },
    ];
    expect(price({ lines })).toMatchObject({
      lines: [
        { sku: 'MUG', quantity: 5 },
        { sku: 'LAMP', quantity: 1 },
      ],
    });
  });

  test.each([
    ['DE', 'standard', 490],
    ['FR', 'standard', 990],
    ['GB', 'standard', 1_990],
    ['DE', 'express', 1_290],
    ['FR', 'express', 2_490],
    ['US', 'express', 4_490],
  ] as const)('with shipping to %s by %s at %i cents', (country, shippingMethod, shipping) => {
    expect(price({ lines: [{ sku: 'MUG', quantity: 1 }], shippingMethod, ...to(country) })).toMatchObject({
      shipping: money(shipping, 'EUR'),
    });
  });

  test.each([
    ['one cent short of the threshold', 'DE', 'standard', [{ sku: 'LAMP', quantity: 1 }], 490],
    ['above the threshold', 'DE', 'standard', [{ sku: 'MUG', quantity: 6 }], 0],
    ['above the threshold in the union', 'AT', 'standard', [{ sku: 'MUG', quantity: 6 }], 0],
    ['above the threshold but abroad', 'CH', 'standard', [{ sku: 'MUG', quantity: 6 }], 1_990],
    ['above the threshold but express', 'DE', 'express', [{ sku: 'MUG', quantity: 6 }], 1_290],
  ] as const)('%s', (_, country, shippingMethod, lines, shipping) => {
    expect(price({ lines: [...lines], shippingMethod, ...to(country) })).toMatchObject({
      shipping: money(shipping, 'EUR'),
    });
  });

  test.each([
    ['US', 0],
    ['HU', 645],
    ['FI', 609],
    ['CH', 274],
  ])('with the tax of %s', (country, tax) => {
    expect(price({ lines: [{ sku: 'MUG', quantity: 1 }], ...to(country) })).toMatchObject({ tax: money(tax, 'EUR') });
  });

  test('so that the total is always the sum of its parts', () => {
    for (let quantity = 1; quantity <= 99; quantity++) {
      const lines = [
        { sku: 'LAMP', quantity },
        { sku: 'MUG', quantity: 100 - quantity },
      ];
      const quote = price({ lines, ...to('FI') });
      if (isPricingProblem(quote)) throw new Error(quote.message);
      const sum = (amounts: { amount: number }[]) => amounts.reduce((all, { amount }) => all + amount, 0);
      expect(sum(quote.lines.map(({ net }) => net))).toBe(quote.subtotal.amount);
      expect(quote.total.amount).toBe(quote.subtotal.amount + quote.shipping.amount + quote.tax.amount);
      expect(quote.total.amount).toBe(sum(quote.lines.map(({ gross }) => gross)) + quote.shippingGross.amount);
      for (const line of quote.lines) {
        expect(line.gross.amount).toBe(line.unitGross.amount * line.quantity);
        expect(line.gross.amount).toBe(line.net.amount + line.tax.amount);
      }
    }
  });
});

describe('an order is not priced, and the field is named', () => {
  test.each([
    ['another currency', { currency: 'USD' }, 'UNSUPPORTED_CURRENCY', 'currency'],
    ['a country we do not ship to', to('AQ'), 'UNSUPPORTED_COUNTRY', 'address.country'],
    [
      'a SKU that is not in the catalogue',
      {
        lines: [
          { sku: 'MUG', quantity: 1 },
          { sku: 'NO-SUCH', quantity: 1 },
        ],
      },
      'UNKNOWN_SKU',
      'lines.1.sku',
    ],
    [
      'more than 99 of a SKU over several lines',
      {
        lines: [
          { sku: 'MUG', quantity: 60 },
          { sku: 'LAMP', quantity: 1 },
          { sku: 'MUG', quantity: 40 },
        ],
      },
      'INVALID_INPUT',
      'lines.2.quantity',
    ],
  ])('%s', (_, over, reason, field) => {
    expect(price(over)).toMatchObject({ reason, field });
  });

  test('99 of a SKU over several lines are fine', () => {
    const lines = [
      { sku: 'MUG', quantity: 60 },
      { sku: 'MUG', quantity: 39 },
    ];
    expect(price({ lines })).toMatchObject({ lines: [{ quantity: 99 }] });
  });
});

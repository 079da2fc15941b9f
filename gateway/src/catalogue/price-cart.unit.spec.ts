import type { CatalogueProduct } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { describe, expect, test } from 'vitest';
import { ADDRESS } from '../testing/orders.ts';
import { destinationOf } from './countries.ts';
import { priceCart } from './price-cart.ts';
import { isPricingProblem, priceOrder } from './pricing.ts';

const product = (sku: string, amount: number, available: number): CatalogueProduct => ({
  sku,
  name: sku.toLowerCase(),
  description: '',
  category: 'Kitchen',
  image: '',
  price: eur(amount),
  available,
});
const products = new Map(
  [product('MUG', 1_400, 120), product('VASE', 3_333, 2), product('PRINT', 9_000, 0)].map((one) => [one.sku, one]),
);
const DE = destinationOf('DE');
const price = (lines: Parameters<typeof priceCart>[0], country = DE) => priceCart(lines, country, products);

describe('a cart', () => {
  test.each(['DE', 'FI', 'CH', 'US'])('comes to what an order of it would (%s)', (code) => {
    for (const quantity of [1, 2, 17, 98]) {
      const lines = [
        { sku: 'MUG', quantity },
        { sku: 'VASE', quantity: 2 },
        { sku: 'MUG', quantity: 1 },
      ];
      const { methods, subtotalGross, lines: shown } = price(lines, destinationOf(code));
      expect(shown.reduce((sum, { gross }) => sum + (gross?.amount ?? 0), 0)).toBe(subtotalGross.amount);
      for (const { method, total, tax, net, shippingGross } of methods) {
        const input = { lines, shippingMethod: method, address: { ...ADDRESS, country: code }, currency: 'EUR' };
        const order = priceOrder(input, products);
        if (isPricingProblem(order)) throw new Error(order.message);
        expect({ total, tax, shippingGross }).toEqual({
          total: order.total,
          tax: order.tax,
          shippingGross: order.shippingGross,
        });
        expect(net.amount + tax.amount).toBe(total.amount);
        expect(subtotalGross.amount + shippingGross.amount).toBe(total.amount);
      }
    }
  });

  test('says of each line what became of it', () => {
    const { lines, ok, subtotalGross } = price([
      { sku: 'MUG', quantity: 1, seenGross: 1_666 },
      { sku: 'VASE', quantity: 3, seenGross: 3_000 },
      { sku: 'PRINT', quantity: 1 },
      { sku: 'NO-SUCH', quantity: 1 },
    ]);
    expect(lines).toMatchObject([
      { status: 'ok', quantity: 1, wanted: 1, unitGross: eur(1_666), gross: eur(1_666) },
      { status: 'reduced', quantity: 2, wanted: 3, seenGross: eur(3_000), unitGross: eur(3_966), gross: eur(7_932) },
      { status: 'sold_out', quantity: 0, available: 0, unitGross: eur(10_710) },
      { status: 'unknown', quantity: 0, wanted: 1 },
    ]);
    expect(ok).toBe(false);
    expect(subtotalGross).toEqual(eur(1_666 + 7_932));
    expect(price([{ sku: 'MUG', quantity: 1, seenGross: 1_500 }]).lines[0]?.status).toBe('price_changed');
    expect(price([{ sku: 'MUG', quantity: 1 }]).ok).toBe(true);
  });

  test('has no more of one SKU over several lines than there is', () => {
    const { lines } = price([
      { sku: 'VASE', quantity: 1 },
      { sku: 'VASE', quantity: 1 },
      { sku: 'VASE', quantity: 1 },
      { sku: 'MUG', quantity: 99 },
      { sku: 'MUG', quantity: 1 },
    ]);
    expect(lines.map(({ quantity }) => quantity)).toEqual([1, 1, 0, 99, 0]);
  });

  test('of nothing costs nothing, and says from when on shipping is free', () => {
    const { methods, ok } = price([]);
    expect(ok).toBe(true);
    expect(methods).toMatchObject([
      { method: 'standard', total: eur(0), freeFrom: eur(8_925) },
      { method: 'express', total: eur(0) },
    ]);
  });
});

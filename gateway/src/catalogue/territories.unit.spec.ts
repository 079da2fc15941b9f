import { type CatalogueProduct, money, readPostalCode } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { describe, expect, test } from 'vitest';
import { ADDRESS, quoteFor } from '../testing/orders.ts';
import { destinationOf, placeIn } from './countries.ts';
import { priceCart } from './price-cart.ts';
import { isPricingProblem, priceOrder } from './pricing.ts';
import { COUNTRIES, type Zone } from './rates.ts';
import { TERRITORIES, territoryAt } from './territories.ts';

const product: CatalogueProduct = {
  ...{ sku: 'MUG', name: 'Mug', description: '', category: 'Kitchen', image: '', available: 500 },
  price: money(1_400, 'EUR'),
};
const products = new Map([['MUG', product]]);
const quoted = (country: string, postalCode: string, quantity = 1) => {
  const address = { ...ADDRESS, country, postalCode };
  const quote = priceOrder(quoteFor({ lines: [{ sku: 'MUG', quantity }], address }), products);
  if (isPricingProblem(quote)) throw new Error(quote.message);
  return quote;
};

const UNION = 990;
const ABROAD = 1_990;
const PLACES: [string, string, string, number, Zone][] = [
  ['Las Palmas', 'ES', '35001', 0, 'abroad'],
  ['Santa Cruz de Tenerife', 'ES', '38003', 0, 'abroad'],
  ['Ceuta', 'ES', '51001', 0, 'abroad'],
  ['Melilla', 'ES', '52001', 0, 'abroad'],
  ['Madrid', 'ES', '28001', 2_100, 'union'],
  ['Heligoland', 'DE', '27498', 0, 'abroad'],
  ['Büsingen', 'DE', '78266', 0, 'abroad'],
  ['Cuxhaven', 'DE', '27472', 1_900, 'domestic'],
  ['Livigno', 'IT', '23041', 0, 'abroad'],
  ['Campione', 'IT', '22061', 0, 'abroad'],
  ['San Marino', 'IT', '47890', 0, 'abroad'],
  ['Bormio', 'IT', '23032', 2_200, 'union'],
  ['Mariehamn', 'FI', '22100', 0, 'abroad'],
  ['Helsinki', 'FI', '00100', 2_550, 'union'],
  ['Athos', 'GR', '630 86', 0, 'abroad'],
  ['Ouranoupoli', 'GR', '630 75', 2_400, 'union'],
  ['Belfast', 'GB', 'BT1 5GS', 2_000, 'union'],
  ['Bath', 'GB', 'BA1 1LN', 2_000, 'abroad'],
  ['Jersey', 'GB', 'JE2 3AB', 0, 'abroad'],
  ['Guernsey', 'GB', 'GY1 1AA', 0, 'abroad'],
  ['Guadeloupe', 'FR', '97110', 0, 'abroad'],
  ['Réunion', 'FR', '97400', 0, 'abroad'],
  ['Monaco', 'FR', '98000', 2_000, 'union'],
  ['Funchal', 'PT', '9000-018', 2_200, 'union'],
  ['Ponta Delgada', 'PT', '9500-150', 1_600, 'union'],
  ['Lisbon', 'PT', '1100-148', 2_300, 'union'],
  ['Jungholz', 'AT', '6691', 1_900, 'union'],
  ['Mittelberg', 'AT', '6993', 1_900, 'union'],
  ['Reutte', 'AT', '6600', 2_000, 'union'],
  ['Nuuk', 'DK', '3900', 0, 'abroad'],
  ['Longyearbyen', 'NO', '9170', 0, 'abroad'],
  ['Samnaun', 'CH', '7563', 0, 'abroad'],
];

describe('an order goes', () => {
  test.each(PLACES)('to %s (%s %s) at %i basis points, by the %s zone', (_, country, postalCode, rate, zone) => {
    const { taxBasisPoints, shipping, tax, lines } = quoted(country, postalCode);
    expect(taxBasisPoints).toBe(rate);
    expect(shipping.amount).toBe({ domestic: 490, union: UNION, abroad: ABROAD }[zone]);
    expect(lines[0]?.taxBasisPoints).toBe(rate);
    if (rate === 0) expect(tax).toEqual(eur(0));
  });

  test('and free shipping ends where an export begins', () => {
    expect(quoted('ES', '28001', 50).shipping).toEqual(eur(0));
    expect(quoted('ES', '35001', 50).shipping).toEqual(eur(ABROAD));
  });
});

describe('the table of territories', () => {
  test('is of countries that we ship to, and changes something of each', () => {
    for (const [country, territories] of Object.entries(TERRITORIES)) {
      const rules = COUNTRIES[country];
      for (const { taxBasisPoints, zone } of territories) {
        expect({ taxBasisPoints, zone }).not.toEqual({ ...rules });
      }
    }
  });

  test.each(PLACES)('knows %s however its code is typed', (_, country, postalCode) => {
    const bare = postalCode.replaceAll(/[\s-]/g, '').toLowerCase();
    for (const typed of [postalCode, bare, ` ${bare} `]) {
      const read = readPostalCode(typed, country);
      expect(read && territoryAt(country, read)).toEqual(territoryAt(country, postalCode));
    }
  });
});

describe('whatever is bought', () => {
  test.each(PLACES)(
    'in %s net and tax are gross, and the cart says what the order will cost',
    (_, country, postalCode) => {
      const at = placeIn(destinationOf(country), postalCode);
      for (let quantity = 1; quantity <= 99; quantity++) {
        const quote = quoted(country, postalCode, quantity);
        const goods = quote.lines.reduce((sum, { gross }) => sum + gross.amount, 0);
        for (const { net, tax, gross } of quote.lines) expect(net.amount + tax.amount).toBe(gross.amount);
        expect(quote.subtotal.amount + quote.shipping.amount + quote.tax.amount).toBe(quote.total.amount);
        expect(goods + quote.shippingGross.amount).toBe(quote.total.amount);
        const { methods, subtotalGross } = priceCart([{ sku: 'MUG', quantity }], at, products, false);
        expect(subtotalGross.amount).toBe(goods);
        expect(methods[0]).toMatchObject({ total: quote.total, tax: quote.tax, shippingGross: quote.shippingGross });
      }
    },
  );
});

describe('a cart', () => {
  const lines = [{ sku: 'MUG', quantity: 1, seenGross: 1_694 }];

  test('without a postal code says that its price may change, where it may', () => {
    expect(priceCart(lines, destinationOf('ES'), products)).toMatchObject({ ok: true, dependsOnPostalCode: true });
    expect(priceCart([{ sku: 'MUG', quantity: 1 }], destinationOf('NL'), products)).not.toHaveProperty(
      'dependsOnPostalCode',
    );
  });

  test('to a territory has no price that changed, as long as it was the country’s that was seen', () => {
    const priced = priceCart(lines, placeIn(destinationOf('ES'), '35001'), products, false);
    expect(priced).toMatchObject({ ok: true, territory: 'IC', lines: [{ status: 'ok', unitGross: eur(1_400) }] });
    expect(priced).not.toHaveProperty('dependsOnPostalCode');
    const other = [{ sku: 'MUG', quantity: 1, seenGross: 1_500 }];
    expect(priceCart(other, placeIn(destinationOf('ES'), '35001'), products, false).ok).toBe(false);
  });
});

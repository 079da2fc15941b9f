import { describe, expect, test } from 'vitest';
import { destinationOf, emptyAddress, formFieldOf, orderOf, problemOf } from './checkout-form.ts';
import { checkoutSchema } from './checkout-schema.ts';
import type { CheckoutValues } from './checkout-values.ts';

const ADDRESS = { ...emptyAddress('DE'), name: 'Kim', line1: 'Lindenstr. 4', postalCode: '10969', city: 'Berlin' };
const VALUES: CheckoutValues = {
  email: ' kim@example.org ',
  phone: '',
  address: ADDRESS,
  hasBilling: false,
  billing: emptyAddress('DE'),
  vatId: 'nonsense that nobody sees',
  method: 'standard',
};
const problemsOf = (values: CheckoutValues) =>
  checkoutSchema.safeParse(values).error?.issues.map(({ path, code }) => {
    const name = path.join('.');
    return [name, problemOf(name, { type: code })];
  });

describe('a filled form', () => {
  test('becomes an order without its empty lines and without what is not shown', () => {
    const order = orderOf(checkoutSchema.parse(VALUES), {
      cart: [{ sku: 'MUG', quantity: 2, seenGross: 1_666 }],
      currency: 'EUR',
      total: 3_915,
      paymentMethod: 'pm_card_visa',
      locale: 'de',
    });
    expect(order).toEqual({
      lines: [{ sku: 'MUG', quantity: 2 }],
      shippingMethod: 'standard',
      address: { name: 'Kim', line1: 'Lindenstr. 4', postalCode: '10969', city: 'Berlin', country: 'DE' },
      contact: { email: 'kim@example.org' },
      currency: 'EUR',
      paymentMethod: 'pm_card_visa',
      expectedTotal: 3_915,
      locale: 'de',
    });
  });

  test('takes a phone number as people write it', () => {
    expect(checkoutSchema.parse({ ...VALUES, phone: '0049 (30) 123-4567' }).phone).toBe('+49301234567');
  });

  test('asks for the billing address and a VAT number only where there is to be one', () => {
    const billing = { ...ADDRESS, company: 'Kim GmbH' };
    expect(checkoutSchema.parse({ ...VALUES, hasBilling: true, billing, vatId: 'de 136695976' })).toMatchObject({
      billing: { company: 'Kim GmbH' },
      vatId: 'DE136695976',
    });
    expect(problemsOf({ ...VALUES, hasBilling: true, billing, vatId: 'DE123456789' })).toEqual([['vatId', 'vatId']]);
  });
});

describe('what is wrong', () => {
  test('is said at once, also what the country asks for', () => {
    const address = { ...emptyAddress('US'), postalCode: '1' };
    expect(problemsOf({ ...VALUES, email: 'kim@', address })).toEqual([
      ['email', 'email'],
      ['address.name', 'required'],
      ['address.line1', 'required'],
      ['address.city', 'required'],
      ['address.postalCode', 'postalCode'],
      ['address.region', 'region'],
    ]);
  });

  test('comes back from the shop under the names of the form', () => {
    expect(formFieldOf('contact.email')).toBe('email');
    expect(formFieldOf('billingAddress.postalCode')).toBe('billing.postalCode');
    expect(formFieldOf('lines.0.sku')).toBeUndefined();
    expect(problemOf('address.city', { type: 'server' })).toBe('refused');
  });
});

test.each([
  [ADDRESS, true],
  [{ ...ADDRESS, postalCode: '' }, false],
  [{ ...ADDRESS, country: 'US', postalCode: '20500' }, false],
  [{ ...ADDRESS, country: 'US', postalCode: '20500', region: 'DC' }, true],
])('prices of %o can be exact: %s', (address, expected) => {
  const destination = destinationOf(address);
  expect(destination !== undefined).toBe(expected);
  expect(destination?.name ?? '-').toBe('-');
});

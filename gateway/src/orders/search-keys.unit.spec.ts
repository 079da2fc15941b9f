import { describe, expect, test } from 'vitest';
import { orderState } from '../testing/order-state.ts';
import { minorKey, partKeysOf, searchKeysOf, searchOf, wholeKeysOf } from './search-keys.ts';

const order = orderState({
  searchedId: [...'0190f9a4-7b1e-7c3a-8f00-0000000000ab'].reverse().join(''),
  contact: { email: 'anna.schmidt@xn--mller-kva.example', phone: '+4915112345678' },
  address: {
    name: 'Anna Müller-Weiß',
    company: 'O’Hara & Søn GmbH',
    line1: 'Weg 1',
    postalCode: 'SW1A 1AA',
    city: 'Łódź',
    country: 'DE',
  },
  total: { amount: 123_490, currency: 'EUR' },
  documents: [{ kind: 'invoice', number: 'INV-2026-000123' }],
});
const found = new Set(searchKeysOf(order));
const isFoundBy = (text: string) =>
  wholeKeysOf(text).some((key) => found.has(key)) ||
  partKeysOf(text).some((parts) => parts.every((spellings) => spellings.some((key) => found.has(key))));

describe('an order is found by', () => {
  test.each([
    ['its name', 'Anna Müller-Weiß'],
    ['its name in capitals', 'ANNA MÜLLER-WEISS'],
    ['the beginnings of a name', 'mül ann'],
    ['a name without dots', 'Muller Weiss'],
    ['a name written out', 'Mueller'],
    ['a name in other code points', 'Mu\u0308ller'],
    ['a company', "o'hara søn"],
    ['a company as others write it', 'Ohara Soen'],
    ['a town without its accents', 'lodz'],
    ['a name and a town', 'Anna Lodz'],
    ['a postal code', 'sw1a 1aa'],
    ['an e-mail address', 'Anna.Schmidt@müller.example'],
    ['the same in punycode', 'anna.schmidt@xn--mller-kva.example'],
    ['a part of the e-mail address', 'schmidt@m'],
    ['three letters of it', 'idt'],
    ['the middle of it', 'nna.sch'],
    ['its domain', '@müller.ex'],
    ['the phone number', '+49 151 123 45-678'],
    ['the phone number as it is dialled at home', '0151/12345678'],
    ['the phone number from abroad', '0049 (0)151 12345678'],
    ['the end of the phone number', '45678'],
    ['the invoice', 'inv-2026-000123'],
    ['the invoice without its letters', '2026-000123'],
    ['the invoice without its dashes', 'INV 2026 000123'],
    ['the total', '1234.90'],
    ['the total as in Germany', '1.234,90 €'],
    ['the total with its currency', 'EUR 1,234.9'],
  ])('%s: %s', (_, text) => {
    expect(isFoundBy(text)).toBe(true);
  });

  test.each([
    'Anna Meier',
    'Bernd',
    'anna.schmitt',
    'schmidt@y',
    '151999',
    '0151 12345679',
    'INV-2026-000124',
    '1234.91',
    '123,49',
  ])('nothing else: %s', (text) => {
    expect(isFoundBy(text)).toBe(false);
  });

  test('its total in minor units', () => {
    expect(found).toContain(minorKey(123_490));
    const yen = new Set(searchKeysOf({ ...order, total: { amount: 5_000, currency: 'JPY' } }));
    expect(wholeKeysOf('5,000').some((key) => yen.has(key))).toBe(true);
  });

  test('a name of a script without blanks, from wherever it is read', () => {
    const keys = new Set(searchKeysOf({ ...order, address: { ...order.address, name: '王小明' } }));
    for (const text of ['王小明', '小明', '王']) {
      expect(partKeysOf(text).some((parts) => parts.every(([key = '']) => keys.has(key)))).toBe(true);
    }
  });

  test('what was issued before there were series', () => {
    const { documents: _, ...former } = { ...order, captured: order.total };
    expect(searchKeysOf(former)).toContain('d:INV202603010000000000AB');
  });
});

test('an order has a few hundred keys at most, whatever was typed', () => {
  const long = 'wörter '.repeat(14).trim();
  const address = { ...order.address, name: long, company: '王'.repeat(100), city: long };
  const contact = { email: `${'a.b'.repeat(20)}@${'x.y'.repeat(50)}.example` };
  expect(searchKeysOf({ ...order, address, contact }).length).toBeLessThanOrEqual(400);
});

test('keys are made for a new order, and anew where something has changed that they are made of', () => {
  expect(searchOf(null, order)).toEqual({ search: searchKeysOf(order) });
  const [parcel] = orderState({}).parcels;
  const moved = { ...order, status: 'confirmed', parcels: parcel ? [{ ...parcel, status: 'created' as const }] : [] };
  expect(searchOf(order, moved)).toEqual({});
  const billed = { ...order, documents: [{ kind: 'invoice', number: 'INV-2026-000124' }] } as const;
  expect(searchOf(order, billed).search).toContain('d:INV2026000124');
  const readdressed = { ...order, address: { ...order.address, city: 'Ulm' } };
  expect(searchOf(order, readdressed).search).toContain('n:ulm');
});

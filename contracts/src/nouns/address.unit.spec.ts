import { iso31662 } from 'iso-3166';
import { describe, expect, test } from 'vitest';
import { addressInput, REGIONS, readPostalCode, readRegion, vatIdInput } from '../index.ts';

const address = { name: 'Ada', line1: 'Weg 1', postalCode: '10115', city: 'Berlin', country: 'DE' };
const fieldsOf = (over: object) =>
  addressInput.safeParse({ ...address, ...over }).error?.issues.map(({ path }) => path);

describe('a postal code', () => {
  test.each([
    ['DE', ' 10115 ', '10115'],
    ['DE', 'D-10115', '10115'],
    ['AT', 'A-1010', '1010'],
    ['NL', '1012 JS', '1012 JS'],
    ['NL', '1012js', '1012 JS'],
    ['NL', 'NL-1012.JS', '1012 JS'],
    ['GB', 'sw1a 1aa', 'SW1A 1AA'],
    ['GB', 'SW1A1AA', 'SW1A 1AA'],
    ['GB', 'bt1.5gs', 'BT1 5GS'],
    ['IE', 'D02X285', 'D02 X285'],
    ['IE', 'd02 x285', 'D02 X285'],
    ['CA', 'k1a 0b1', 'K1A 0B1'],
    ['CA', 'K1A-0B1', 'K1A 0B1'],
    ['CA', 'k1a0b1.', 'K1A 0B1'],
    ['US', '62704-1234', '62704-1234'],
    ['US', '62704–1234', '62704-1234'],
    ['US', '62704 1234', '62704-1234'],
    ['US', 'IL 62704', '62704'],
    ['JP', '〒100 0001', '100-0001'],
    ['BR', '01.310-100', '01310-100'],
    ['DE', '１０１１５', '10115'],
    ['DE', '10 115.', '10115'],
    ['PL', '00950', '00-950'],
    ['PT', '1000001', '1000-001'],
    ['SE', '113 51', '113 51'],
    ['LV', 'lv-1010', 'LV-1010'],
  ])('of %s, %s, is read as %s', (country, text, code) => {
    expect(readPostalCode(text, country)).toBe(code);
    expect(readPostalCode(code, country)).toBe(code);
  });

  test.each([
    ['DE', '1011'],
    ['FR', 'ABC'],
    ['US', '6270'],
    ['GB', '10115'],
  ])('of %s is not %s', (country, text) => {
    expect(readPostalCode(text, country)).toBeUndefined();
    expect(fieldsOf({ country, postalCode: text, region: 'CA' })).toEqual([['postalCode']]);
  });
});

describe('a state or province', () => {
  test.each([
    ['US', 'IL', 'IL'],
    ['US', 'n.y.', 'NY'],
    ['US', ' new  york', 'NY'],
    ['CA', 'Québec', 'QC'],
    ['CA', 'ontario', 'ON'],
    ['CA', 'CA-BC', 'BC'],
    ['CA', 'P.E.I.', 'PE'],
    ['CA', 'Terre-Neuve-et-Labrador', 'NL'],
    ['US', 'US-NY', 'NY'],
    ['US', 'Washington, D.C.', 'DC'],
    ['US', 'N. Carolina', 'NC'],
  ])('of %s is known by %s', (country, text, code) => {
    expect(readRegion(text, country)).toBe(code);
  });

  test('is needed in the US and Canada, and comes out as its code', () => {
    const springfield = { country: 'US', city: 'Springfield', postalCode: '62704' };
    expect(fieldsOf(springfield)).toEqual([['region']]);
    expect(fieldsOf({ ...springfield, region: 'Bavaria' })).toEqual([['region']]);
    expect(addressInput.parse({ ...address, ...springfield, region: 'Illinois' }).region).toBe('IL');
    expect(fieldsOf({ country: 'CA', city: 'Ottawa', postalCode: 'K1A 0B1' })).toEqual([['region']]);
    expect(addressInput.parse({ ...address, region: 'Berlin' }).region).toBe('Berlin');
  });

  test.each(['US', 'CA'])('is one of those that ISO 3166-2 has for %s', (country) => {
    const military = ['AA', 'AE', 'AP'];
    const known = (REGIONS[country] ?? []).map(({ code }) => code).filter((code) => !military.includes(code));
    const listed = iso31662.filter(({ parent }) => parent === country).map(({ code }) => code.slice(3));
    expect(new Set(known)).toEqual(new Set(listed.filter((code) => code !== 'UM')));
  });
});

describe('a VAT number', () => {
  test.each([
    ['DE 136 695 976', 'DE136695976'],
    ['atu13585627', 'ATU13585627'],
    ['EL094259216', 'EL094259216'],
    ['CHE-107.787.577 MWST', 'CHE107787577MWST'],
  ])('%s is read as %s', (text, id) => {
    expect(vatIdInput.parse(text)).toBe(id);
  });

  test.each(['DE123456789', 'ATU12345678', '136695976', 'XX123'])('%s is none', (text) => {
    expect(vatIdInput.safeParse(text).success).toBe(false);
  });
});

import { newId, newOrderId } from '@orderflow/contracts';
import { ConfigError, readConfig } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import { directoryOf, regionsEnv } from './directory.ts';
import { byRegion, regionOf } from './region-of.ts';

const TWO = 'eu-1:1=https://eu.example/, us-1:2=http://127.0.0.1:4001';

const directory = (over: Record<string, string> = {}) => {
  const { REGION = 'eu-1', ...rest } = over;
  return directoryOf({ REGION, ...readConfig(regionsEnv, { REGIONS: TWO, REGION_COUNTRIES: 'us-1=US+CA', ...rest }) });
};
const two = directory();
if (!two) throw new Error('there are two regions');

describe('REGIONS', () => {
  test('names the regions with their numbers and addresses; without it there is one cell', () => {
    expect(two.here).toEqual({ name: 'eu-1', number: 1, url: 'https://eu.example' });
    expect(two.others).toEqual([{ name: 'us-1', number: 2, url: 'http://127.0.0.1:4001' }]);
    expect(directory({ REGIONS: '', REGION_COUNTRIES: '' })).toBeUndefined();
  });

  test.each([
    [
      'eu-1=https://eu.example',
      'REGIONS is "eu-1=https://eu.example"; it must name each region with its number and address',
    ],
    ['eu-1:1=eu.example', 'it must name each region with its number and address'],
    ['eu-1:0=https://eu.example', 'it must number its regions from 1 to 255'],
    ['eu-1:256=https://eu.example', 'it must number its regions from 1 to 255'],
    ['eu-1:1=https://a.example,eu-1:2=https://b.example', 'it must name eu-1 once'],
    ['eu-1:1=https://a.example,us-1:1=https://b.example', 'it must give the number 1 to one region only'],
  ])('%s is refused, and what it should be is said', (given, message) => {
    const reading = () => directory({ REGIONS: given, REGION_COUNTRIES: '' });
    expect(reading).toThrow(ConfigError);
    expect(reading).toThrow(message);
  });

  test.each([
    [{ REGION: 'ap-1' }, 'REGION is "ap-1"; it must be one of REGIONS: eu-1, us-1'],
    [
      { REGION_COUNTRIES: 'us-1=US,ap-1=JP' },
      'REGION_COUNTRIES names "ap-1"; it must name some of REGIONS: eu-1, us-1',
    ],
    [{ REGION_COUNTRIES: 'us-1=USA' }, 'it must give countries to regions, e.g. us-1=US+CA,eu-1=CH'],
    [{ REGION_COUNTRIES: 'us-1=US,eu-1=US' }, 'it must give US to one region only'],
    [{ REGIONS: '' }, 'REGION_COUNTRIES is set without REGIONS'],
  ])('%j does not go together, and what it should be is said', (over, message) => {
    expect(() => directory(over)).toThrow(message);
  });
});

describe('what belongs to a region', () => {
  const now = new Date();
  const [ofEu, ofUs, ofBefore, ofNobody] = [newOrderId(now, 1), newOrderId(now, 2), newId(now), newOrderId(now, 77)];

  test('is an order with its number; those without one, or with one that nobody has, are the first region’s', () => {
    expect([ofEu, ofUs, ofBefore, ofNobody].map((id) => two.ofOrder(id).name)).toEqual([
      'eu-1',
      'us-1',
      'eu-1',
      'eu-1',
    ]);
    expect(directory({ REGION: 'us-1' })?.ofOrder(ofBefore).name).toBe('eu-1');
  });

  test.each([
    ['orders.get', { orderId: ofUs }, 'us-1'],
    ['ops.orders.refund', { orderId: ofUs, amount: 1 }, 'us-1'],
    ['orders.place', { address: { country: 'US' } }, 'us-1'],
    ['orders.quote', { address: { country: 'CA' } }, 'us-1'],
    ['cart.price', { country: 'US' }, 'us-1'],
    ['orders.place', { address: { country: 'DE' } }, 'eu-1'],
    ['orders.place', { address: 'US' }, 'eu-1'],
    ['profile.addresses.save', { address: { country: 'US' } }, 'eu-1'],
    ['orders.get', { orderId: 'nonsense' }, 'eu-1'],
    ['orders.list', undefined, 'eu-1'],
    ['orders.get', null, 'eu-1'],
  ])('is a call of %s with %j', (path, input, region) => {
    expect(regionOf(two, path, input).name).toBe(region);
  });

  test('is each order of several, by the region that has it', () => {
    expect(byRegion(two, [ofUs, ofEu, ofBefore])).toEqual({
      here: [ofEu, ofBefore],
      elsewhere: [{ region: two.others[0], orderIds: [ofUs] }],
    });
    expect(byRegion(undefined, [ofUs])).toEqual({ here: [ofUs], elsewhere: [] });
  });
});

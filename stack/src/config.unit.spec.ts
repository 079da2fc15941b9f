import { describe, expect, test } from 'vitest';
import { givenAddresses, givenCountries, givenToken, portFrom } from './config.ts';
import { StackError } from './errors.ts';

describe('given addresses', () => {
  test('are taken from the environment, an empty variable counting as missing', () => {
    const env = { AMQP_URL: 'amqp://broker', REDIS_URL: '', MONGODB_URI: 'mongodb+srv://cluster' };
    expect(givenAddresses(env)).toEqual({ amqpUrl: 'amqp://broker', mongodbUri: 'mongodb+srv://cluster' });
  });

  test.each([
    ['AMQP_URL', 'localhost:5672'],
    ['REDIS_URL', 'http://cache'],
    ['MONGODB_URI', 'mongodb://'],
    ['RABBITMQ_MANAGEMENT_URL', 'amqp://broker'],
  ])('a %s that is no such address is refused by name, without its value', (name, value) => {
    const refused = () => givenAddresses({ [name]: value });
    expect(refused).toThrow(StackError);
    expect(refused).toThrow(new RegExp(`^${name} is not an address we can use: it must start with`));
  });
});

test('the countries of regions are as given, or nobody says', () => {
  expect([givenCountries({ REGION_COUNTRIES: 'us-1=US+CA' }), givenCountries({ REGION_COUNTRIES: '' })]).toEqual([
    'us-1=US+CA',
    undefined,
  ]);
});

describe('ORDERFLOW_TOKEN', () => {
  test('is taken as it is', () => {
    expect(givenToken({ ORDERFLOW_TOKEN: 'a.b.c' })).toBe('a.b.c');
  });

  test.each([undefined, ''])('%o is refused by name', (value) => {
    expect(() => givenToken({ ORDERFLOW_TOKEN: value })).toThrow(/^ORDERFLOW_TOKEN is not set; --url needs/);
  });
});

describe('PORT', () => {
  test('is a port, or missing', () => {
    expect([portFrom({ PORT: '4100' }), portFrom({ PORT: '' }), portFrom({})]).toEqual([4100, undefined, undefined]);
  });

  test.each(['0', '65536', '80.5', 'http', '-1'])('"%s" is refused', (value) => {
    expect(() => portFrom({ PORT: value })).toThrow(`PORT is "${value}"`);
  });
});

import { readConfig } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import { gatewayEnv } from './config.ts';
import { orderProcessEnv } from './order-process/config.ts';
import { durationsOf } from './orders/order-deadlines.ts';

const SECRET = 'a secret of at least 32 characters';
const common = {
  AMQP_URL: 'amqp://127.0.0.1',
  MONGODB_URI: 'mongodb://127.0.0.1',
  REDIS_URL: 'redis://127.0.0.1',
  PROCESSING_DAYS: '2',
};
const gateway = (over: Record<string, string> = {}) =>
  readConfig(gatewayEnv, {
    ...common,
    TOKEN_SECRET: SECRET,
    CARRIER_WEBHOOK_SECRET: SECRET,
    STRIPE_API_KEY: SECRET,
    STRIPE_WEBHOOK_SECRET: SECRET,
    TWILIO_AUTH_TOKEN: SECRET,
    MAIL_WEBHOOK_SECRET: SECRET,
    ...over,
  });

test('both processes that write deadlines read the same durations', () => {
  const durations = durationsOf(gateway());
  expect(durations).toEqual(durationsOf(readConfig(orderProcessEnv, common)));
  expect(durations.processingDays).toBe(2);
});

describe('TRUST_PROXY', () => {
  test('is a number of proxies; none unless told', () => {
    expect(gateway().TRUST_PROXY).toBe(0);
    expect(gateway({ TRUST_PROXY: '2' }).TRUST_PROXY).toBe(2);
  });

  test.each(['true', 'false', '-1', '1.5', '11', '10.0.0.0/8'])(
    '%s is refused, and what it should be is said',
    (given) => {
      const expected = 'it must be how many proxies in front of us set X-Forwarded-For, 0 to 10';
      expect(() => gateway({ TRUST_PROXY: given })).toThrow(`TRUST_PROXY is "${given}"; ${expected}`);
    },
  );
});

describe('secrets of accounts', () => {
  const names = ['AUTH_SECRET', 'TRACKING_SECRET', 'WEB_SECRET'];
  test.each(names)('%s may be unset, and is 32 characters at least', (name) => {
    expect(gateway()).not.toMatchObject({ [name]: expect.anything() });
    expect(() => gateway({ [name]: 'too short' })).toThrow(`${name} is (hidden); it must be a secret of at least 32`);
  });

  test.each(names)('in production %s is no published default', (name) => {
    const published = { NODE_ENV: 'production', [name]: 'development-only-secret-0123456789abcdef' };
    expect(() => gateway(published)).toThrow(`${name} is a published default`);
  });
});

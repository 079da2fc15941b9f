import { ConfigError } from '@orderflow/runtime';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readConfig } from './config.ts';

beforeEach(() => {
  const needed = {
    ...{ AMQP_URL: 'amqp://127.0.0.1', MONGODB_URI: 'mongodb://127.0.0.1', SMTP_URL: 'smtp://127.0.0.1' },
    ...{ MAIL_FROM: 'Orderflow <orders@shop.example>', TWILIO_FROM: '+15005550006' },
    ...{ TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'a token of some length' },
  };
  for (const [name, value] of Object.entries(needed)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

test('SEND_SETTLE_MS is some minutes by default', () => {
  expect(readConfig()).toMatchObject({ SEND_SETTLE_MS: 300_000 });
  vi.stubEnv('SEND_SETTLE_MS', 'soon');
  expect(readConfig).toThrow('SEND_SETTLE_MS is "soon"');
});

describe('QUIET_HOURS', () => {
  test('are a span and a time zone', () => {
    vi.stubEnv('QUIET_HOURS', '22:00-07:00 Europe/Berlin');
    expect(readConfig().QUIET_HOURS).toEqual({ from: '22:00', until: '07:00', timeZone: 'Europe/Berlin' });
  });

  test.each([undefined, ''])('are none when %j', (value) => {
    vi.stubEnv('QUIET_HOURS', value);
    expect(readConfig().QUIET_HOURS).toBeUndefined();
  });

  test.each(['22:00-07:00', '22-7 Europe/Berlin', '22:00-24:00 Europe/Berlin', '22:00-07:00 Mars', 'none'])(
    'that are %j stop the start with a message that says what is wanted',
    (value) => {
      vi.stubEnv('QUIET_HOURS', value);
      expect(readConfig).toThrow(ConfigError);
      expect(readConfig).toThrow(`QUIET_HOURS is "${value}"; it must be quiet hours and a time zone, e.g. 22:00-07:00`);
    },
  );
});

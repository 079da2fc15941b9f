import { describe, expect, test } from 'vitest';
import { chaosFrom } from './config.ts';

const given = {
  CHAOS_AMQP_URL: 'amqp://one:5672,two:5672',
  CHAOS_BROKER_STOP: 'kill it',
  CHAOS_BROKER_START: 'start it',
};

describe('what the chaos specs break', () => {
  test('is the stack itself where nothing is given', () => {
    expect(chaosFrom({ CHAOS_AMQP_URL: '' })).toEqual({ orders: 24, outageMs: 3_000 });
  });

  test('is a broker of several nodes, with the commands that break it', () => {
    const env = { ...given, CHAOS_MANAGEMENT_URL: 'http://one:15672', CHAOS_RECOVERY_MS: '15000', CHAOS_ORDERS: '80' };

    expect(chaosFrom(env)).toEqual({
      orders: 80,
      outageMs: 3_000,
      broker: {
        amqpUrl: 'amqp://one:5672,two:5672',
        managementUrl: 'http://one:15672',
        stop: 'kill it',
        start: 'start it',
        recoveryMs: 15_000,
      },
    });
  });

  test.each([
    ['CHAOS_BROKER_STOP', { ...given, CHAOS_BROKER_STOP: '' }],
    ['CHAOS_BROKER_START', { ...given, CHAOS_BROKER_START: undefined }],
    ['CHAOS_AMQP_URL', { ...given, CHAOS_AMQP_URL: undefined }],
    ['CHAOS_RECOVERY_MS', { CHAOS_RECOVERY_MS: '15000' }],
    ['CHAOS_AMQP_URL', { ...given, CHAOS_AMQP_URL: 'http://one' }],
    ['CHAOS_MANAGEMENT_URL', { ...given, CHAOS_MANAGEMENT_URL: 'one:15672' }],
    ['CHAOS_RECOVERY_MS', { ...given, CHAOS_RECOVERY_MS: 'soon' }],
  ])('%s is named when it is missing or no good', (name, env) => {
    expect(() => chaosFrom(env)).toThrow(name);
  });
});

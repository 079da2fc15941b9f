import { describe, expect, test } from 'vitest';
import { ConfigError, env, readConfig, workerEnv } from './config.ts';

const good = { AMQP_URL: 'amqp://localhost', MONGODB_URI: 'mongodb://a,b/?replicaSet=rs0' };

const errorOf = (variables: Record<string, string>): string => {
  try {
    readConfig(
      { ...workerEnv, STRIPE_API_KEY: env.secret(8) },
      { STRIPE_API_KEY: 'sk_test_123', ...good, ...variables },
    );
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

describe('configuration', () => {
  test('what is not set has a default where there can be one', () => {
    expect(readConfig(workerEnv, good)).toMatchObject({
      PREFETCH: 32,
      RETRY_DELAYS_MS: [1_000, 5_000, 30_000, 300_000],
    });
  });

  test.for([
    [
      { AMQP_URL: '' },
      'AMQP_URL is not set; it must be a URL starting with amqp:// or amqps://, or several with commas between them',
    ],
    [{ PREFETCH: 'many' }, 'PREFETCH is "many"; it must be a whole number'],
    [{ PREFETCH: '0' }, 'PREFETCH is "0"; it must be at least 1'],
    [{ RETRY_DELAYS_MS: '1s' }, 'RETRY_DELAYS_MS is "1s"; it must be milliseconds separated by commas, e.g. 1000,5000'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud"; it must be trace, debug, info, warn, error or silent'],
    [{ HEALTH_PORT: '99999' }, 'HEALTH_PORT is "99999"; it must be at most 65535'],
  ] as const)('%o names the variable, what it got and what it wants', ([variables, message]) => {
    expect(errorOf(variables)).toBe(message);
  });

  test.for([
    ['amqp://a:b@one:5672,two:5673/shop', ''],
    ['amqp://a:b@one/shop,amqps://a:b@two/shop', ''],
    ['amqp://', 'AMQP_URL'],
    ['amqp://one,,two', 'AMQP_URL'],
    ['amqp://a:b@one:port/shop', 'AMQP_URL'],
    ['amqp://one,http://two', 'AMQP_URL'],
  ] as const)('the broker may be several nodes: %s', ([AMQP_URL, fault]) => {
    expect(errorOf({ AMQP_URL }).split(' ')[0]).toBe(fault);
  });

  test.for([
    ['TOKEN_SECRET', 'development-only-token-secret-0123456789'],
    ['AMQP_URL', 'amqp://payment:development-only-payment@rabbitmq:5672/orderflow'],
    ['AMQP_URL', 'amqp://guest:guest@rabbitmq'],
    ['STRIPE_API_KEY', 'sk_test_orderflow_emulator'],
  ] as const)('a published default of %s does not start in production: %s', ([name, value]) => {
    const shape = { ...workerEnv, STRIPE_API_KEY: env.secret(8), TOKEN_SECRET: env.secret(32) };
    const own = { ...good, STRIPE_API_KEY: 'sk_live_0123456789', TOKEN_SECRET: 'x'.repeat(32) };
    expect(() => readConfig(shape, { ...own, [name]: value })).not.toThrow();
    expect(() => readConfig(shape, { ...own, NODE_ENV: 'production' })).not.toThrow();
    expect(() => readConfig(shape, { ...own, [name]: value, NODE_ENV: 'production' })).toThrow(
      `${name} is a published default; in production it must be a secret of your own`,
    );
  });

  test('a secret is never printed', () => {
    expect(errorOf({ STRIPE_API_KEY: 'short' })).toBe(
      'STRIPE_API_KEY is (hidden); it must be a secret of at least 8 characters',
    );
  });

  test('all variables at fault are named at once', () => {
    expect(errorOf({ AMQP_URL: 'http://x', PREFETCH: '-1' }).split('\n')).toHaveLength(2);
  });
});

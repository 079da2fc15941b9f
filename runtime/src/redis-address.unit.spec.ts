import { describe, expect, test } from 'vitest';
import { env, readConfig } from './config.ts';
import { type RedisAddress, redisAddress } from './redis-address.ts';

describe('a Redis URL', () => {
  const rows: [string, RedisAddress][] = [
    ['redis://:secret@cache:6379/2', { kind: 'node', url: 'redis://:secret@cache:6379/2' }],
    [
      'redis+sentinel://gateway:s%40fe@one,two:26380/orders',
      {
        kind: 'sentinel',
        username: 'gateway',
        password: 's@fe',
        isTls: false,
        sentinels: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 26_380 },
        ],
        name: 'orders',
        db: 0,
      },
    ],
    [
      'rediss+sentinel://[::1]:80/orders/3?sentinelUsername=watch&sentinelPassword=x%26y',
      {
        kind: 'sentinel',
        isTls: true,
        sentinels: [{ host: '::1', port: 80 }],
        name: 'orders',
        db: 3,
        sentinelUsername: 'watch',
        sentinelPassword: 'x&y',
      },
    ],
    [
      'redis+cluster://:secret@one:7001,two',
      {
        kind: 'cluster',
        password: 'secret',
        isTls: false,
        nodes: [
          { host: 'one', port: 7_001 },
          { host: 'two', port: 6_379 },
        ],
      },
    ],
  ];
  test.each(rows)('%s', (url, address) => {
    expect(redisAddress(url)).toEqual(address);
  });

  test.each([
    'http://cache',
    'redis://one,two',
    'redis://',
    'redis+sentinel://one:26379',
    'redis+sentinel://one/a b',
    'redis+cluster://',
    'redis+cluster://one,,two',
    'redis+cluster://one:port',
    'redis+cluster://one/1',
    'redis+ring://one',
  ])('%s is refused by name, with the forms there are, and without its value', (REDIS_URL) => {
    const refused = () => readConfig({ REDIS_URL: env.redis() }, { REDIS_URL });
    expect(refused).toThrow(/^REDIS_URL is \(hidden\); it must be a URL like redis:\/\/host:6379, redis\+sentinel:/);
  });
});

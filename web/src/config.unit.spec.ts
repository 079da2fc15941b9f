import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('an empty environment gives a shop on this machine', () => {
  expect(readConfig({ SHOP_URL: '' })).toMatchObject({
    HOST: '127.0.0.1',
    PORT: 3_000,
    GATEWAY_URL: 'http://127.0.0.1:4000',
    TRUST_PROXY: 0,
    FRAME_ORIGINS: [],
  });
});

test('a bad value is named with what it got and what it wants, a secret without what it is', () => {
  expect(() => readConfig({ PORT: 'abc', GATEWAY_URL: 'gateway:4000', WEB_SECRET: 'short' })).toThrow(
    [
      'PORT is "abc"; it must be a whole number from 0 to 65535',
      'GATEWAY_URL is "gateway:4000"; it must be a URL starting with http:// or https://',
      'WEB_SECRET is (hidden); it must be a secret of at least 16 characters',
    ].join('\n'),
  );
});

import { describe, expect, test } from 'vitest';
import { checkCsrf } from './csrf.ts';
import { originsOf } from './origins.ts';

const origins = originsOf(() => ['https://shop.example', 'http://127.0.0.1:3000/', undefined, '*']);
const refused = (
  origin: string | undefined,
  { method = 'POST', url = '/trpc/:path', cookie = 'a=b', authorization = undefined as string | undefined } = {},
) => {
  const headers = { ...(origin !== undefined && { origin }), cookie, authorization };
  try {
    checkCsrf({ method, headers, routeOptions: { url } } as never, origins);
    return undefined;
  } catch (error) {
    return (error as { reason: string }).reason;
  }
};

describe('what a cookie vouches for', () => {
  test.each([
    ['the shop', 'https://shop.example'],
    ['this machine by its address', 'http://127.0.0.1:3000'],
    ['this machine by its name', 'http://localhost:3000'],
    ['this machine by its IPv6 address', 'http://[::1]:3000'],
  ])('may come from %s', (_, origin) => {
    expect(refused(origin)).toBeUndefined();
  });

  test.each([
    ['nowhere', undefined],
    ['a sandbox', 'null'],
    ['nothing', ''],
    ['another site', 'https://evil.example'],
    ['a subdomain', 'https://www.shop.example'],
    ['a site that ends alike', 'https://evilshop.example'],
    ['a site that begins alike', 'https://shop.example.evil.example'],
    ['another port', 'https://shop.example:8443'],
    ['its usual port, spelled out', 'https://shop.example:443'],
    ['another port of this machine', 'http://127.0.0.1:3001'],
    ['without TLS', 'http://shop.example'],
    ['this machine with TLS', 'https://127.0.0.1:3000'],
    ['an address instead of an origin', 'https://shop.example/'],
    ['two origins', 'https://shop.example, https://evil.example'],
    ['other letters', 'HTTPS://SHOP.EXAMPLE'],
    ['everywhere', '*'],
    ['rubbish', '\u0000{}[]'],
    ['undefined, spelled out', 'undefined'],
  ])('may not come from %s', (_, origin) => {
    expect(refused(origin)).toBe('CSRF');
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'POST'])('%s is looked at', (method) => {
    expect(refused('https://evil.example', { method })).toBe('CSRF');
  });
  test.each(['GET', 'HEAD', 'OPTIONS'])('%s changes nothing', (method) => {
    expect(refused('https://evil.example', { method })).toBeUndefined();
  });
});

describe('a bearer token', () => {
  const authorization = 'Bearer x';
  test('vouches by itself: no page of another site has it', () => {
    expect(refused('https://evil.example', { authorization })).toBeUndefined();
  });
  test('but not for accounts, which go by the cookie all the same', () => {
    expect(refused('https://evil.example', { authorization, url: '/auth/sign-out' })).toBe('CSRF');
  });
});

describe('without a cookie', () => {
  test('anybody may call procedures', () => {
    expect(refused('https://evil.example', { cookie: '' })).toBeUndefined();
  });
  test('another site signs nobody in', () => {
    expect(refused('https://evil.example', { cookie: '', url: '/auth/sign-in/email' })).toBe('CSRF');
  });
  test('a script without an origin may', () => {
    expect(refused(undefined, { cookie: '', url: '/auth/sign-in/email' })).toBeUndefined();
  });
});

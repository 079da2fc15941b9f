import { randomUUID } from 'node:crypto';
import { mintTrackingToken } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { createGuestCookie } from './guest-cookie.ts';
import { createTokens, issueToken } from './tokens.ts';

const [TOKEN, TRACKING] = ['a token secret of at least 32 characters', 'a tracking secret of at least 32 characters'];
const tokens = createTokens({ token: TOKEN, tracking: TRACKING, trackingDays: 90 });
const secure = createGuestCookie(tokens, () => false);
const plain = createGuestCookie(tokens, () => true);
const sentBack = (cookie: string) => cookie.split(';')[0];

test('it is out of reach of scripts, of other sites and of what is not encrypted', async () => {
  const { cookie } = await secure.adding(undefined, await tokens.forGuest('guest:a', randomUUID()));
  expect(cookie).toMatch(/^__Host-orderflow_guest=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/);
  expect(Number(/Max-Age=(\d+)/.exec(cookie)?.[1])).toBeGreaterThan(89 * 86_400);
});

test('on one machine it travels without TLS, under a name of its own', async () => {
  const { cookie } = await plain.adding(undefined, await tokens.forGuest('guest:a', randomUUID()));
  expect(cookie).toMatch(/^orderflow_guest=/);
  expect(cookie).not.toContain('Secure');
  expect(await secure.read(sentBack(cookie))).toEqual(new Map());
});

test('it holds the last eight orders, each once, and fits into a cookie', async () => {
  const ids = Array.from({ length: 10 }, () => randomUUID());
  let cookie: string | undefined;
  for (const id of [...ids, ids[9] as string]) {
    const token = await tokens.forGuest(`guest:${'0'.repeat(32)}`, id);
    cookie = (await secure.adding(cookie && sentBack(cookie), token)).cookie;
  }
  const read = await secure.read(sentBack(cookie as string));
  expect([...read.keys()]).toEqual(ids.slice(2).reverse());
  expect(cookie?.length).toBeLessThan(4_096);
});

describe('what is not good opens nothing and stays out', () => {
  test.each([
    ['rubbish', async () => 'rubbish'],
    ['of a customer', () => issueToken(TOKEN, { sub: 'alice', role: 'customer', expiresIn: '1h' })],
    ['of staff', () => issueToken(TOKEN, { sub: 'carol', role: 'staff', expiresIn: '1h' })],
    ['signed with another secret', () => mintTrackingToken(TOKEN, { customerId: 'guest:a', orderId: 'x' })],
    [
      'expired',
      () => mintTrackingToken(TRACKING, { customerId: 'guest:a', orderId: 'x' }, { now: new Date(0), days: 1 }),
    ],
  ])('a token %s', async (_, make) => {
    const token = await make();
    const good = await tokens.forGuest('guest:a', 'good');
    await expect(secure.adding(undefined, token)).rejects.toMatchObject({ name: 'DomainError' });
    const header = `__Host-orderflow_guest=${token}~${good}`;
    expect(await secure.read(header)).toEqual(new Map([['good', 'guest:a']]));
    const { cookie } = await secure.adding(header, await tokens.forGuest('guest:b', 'new'));
    expect([...(await secure.read(sentBack(cookie))).keys()]).toEqual(['new', 'good']);
  });
});

test('a token of the version before, signed with TOKEN_SECRET, is as good', async () => {
  const old = await issueToken(TOKEN, { sub: 'guest:a', role: 'guest', order: 'old', expiresIn: '30 days' });
  expect(await secure.read(`__Host-orderflow_guest=${old}`)).toEqual(new Map([['old', 'guest:a']]));
  expect(await tokens.viewerOf(old)).toMatchObject({
    role: 'guest',
    id: 'guest:a',
    orders: new Map([['old', 'guest:a']]),
  });
});

test('whoever may mint tracking links can mint nothing else', async () => {
  const forged = await issueToken(TRACKING, { sub: 'carol', role: 'staff', expiresIn: '1h' });
  await expect(tokens.viewerOf(forged)).rejects.toMatchObject({ reason: 'UNAUTHENTICATED' });
});

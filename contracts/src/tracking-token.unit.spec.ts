import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { MIN_TRACKING_DAYS, mintTrackingToken, orderLink, readTrackingToken, trackingDays } from './tracking-token.ts';

const SECRET = 'a tracking secret of at least 32 characters';
const claims = { customerId: 'guest:ada', orderId: '0190f9a4-7b1e-7c3a-8f00-000000000001' };
const now = new Date('2026-11-26T12:00:00.000Z');

test('a link outlives delivery and the right of return, and is never shorter than two months', () => {
  expect(trackingDays({ dispatchDays: 3, deliveryDays: 14, returnWindowDays: 30 })).toBeGreaterThan(3 + 14 + 30);
  expect(trackingDays({ dispatchDays: 3, deliveryDays: 14, returnWindowDays: 365 })).toBeGreaterThan(3 + 14 + 365);
  expect(trackingDays({ dispatchDays: 1, deliveryDays: 1, returnWindowDays: 0 })).toBe(MIN_TRACKING_DAYS);
});

test('a token says for whom and until when', async () => {
  const token = await mintTrackingToken(SECRET, claims, { days: 77, now });
  expect(await readTrackingToken(SECRET, token, now)).toEqual({
    ...claims,
    expiresAt: new Date(now.getTime() + 77 * 86_400_000),
  });
  const { iat = 0, exp = 0 } = decodeJwt(token);
  expect((exp - iat) / 86_400).toBe(77);
});

test.each([
  ['after its time', SECRET, new Date(now.getTime() + 61 * 86_400_000)],
  ['with another secret', 'another secret of at least 32 characters', now],
])('%s it is worth nothing', async (_, secret, at) => {
  const token = await mintTrackingToken(SECRET, claims, { now });
  await expect(readTrackingToken(secret, token, at)).rejects.toThrow();
});

test('the token travels in the fragment, which no server is sent', () => {
  const link = new URL(orderLink('https://shop.example', claims.orderId, 'a.b.c'));
  expect(link.href).toBe(`https://shop.example/orders/${claims.orderId}#token=a.b.c`);
  expect(orderLink('https://shop.example', claims.orderId)).toBe(`https://shop.example/orders/${claims.orderId}`);
});

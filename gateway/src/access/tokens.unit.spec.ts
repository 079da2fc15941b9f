import { afterEach, expect, test, vi } from 'vitest';
import { createTokens, issueToken } from './tokens.ts';

const [TOKEN, TRACKING] = ['a secret of the tokens, long enough', 'a secret of the links, long enough'];
const tokens = createTokens({ token: TOKEN, tracking: TRACKING, trackingDays: 90 });

afterEach(() => void vi.useRealTimers());

test('a token that was good is good until it expires, and not for longer', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T12:00:00Z') });
  const token = await issueToken(TOKEN, { sub: 'alice', role: 'customer', expiresIn: '1h' });
  expect(await tokens.viewerOf(token)).toEqual({ role: 'customer', id: 'alice' });

  vi.setSystemTime(new Date('2026-01-01T12:59:59Z'));
  expect(await tokens.viewerOf(token)).toEqual({ role: 'customer', id: 'alice' });
  vi.setSystemTime(new Date('2026-01-01T13:00:00Z'));
  await expect(tokens.viewerOf(token)).rejects.toMatchObject({ reason: 'TOKEN_EXPIRED' });
});

test('one that was not good is looked at again, whatever it claims', async () => {
  const forged = await issueToken('x'.repeat(32), { sub: 'alice', role: 'staff', expiresIn: '1h' });
  for (let times = 0; times < 2; times++) {
    await expect(tokens.viewerOf(forged)).rejects.toMatchObject({ reason: 'UNAUTHENTICATED' });
  }
});

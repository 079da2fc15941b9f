import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secretsOf } from './secrets.ts';
import { signToken } from './tokens.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderflow-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a token says who, in which role, for whom and until when', async () => {
  const secret = 's'.repeat(32);
  const claims = async (token: string) =>
    (
      await jwtVerify(token, new TextEncoder().encode(secret), {
        issuer: 'orderflow',
        audience: 'orderflow',
        algorithms: ['HS256'],
        requiredClaims: ['iat', 'exp'],
      })
    ).payload;
  expect(await claims(await signToken({ customer: 'alice' }, secret))).toMatchObject({
    sub: 'alice',
    role: 'customer',
  });
  expect(await claims(await signToken({ staff: 'bob' }, secret))).toMatchObject({ sub: 'bob', role: 'staff' });
});

test('secrets are made once, kept for their owner only, and the environment goes first', () => {
  const made = secretsOf(folder, {});
  expect(made.tokenSecret).not.toBe(made.carrierWebhookSecret);
  expect(secretsOf(folder, {})).toEqual(made);
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(secretsOf(folder, { TOKEN_SECRET: 'mine' })).toEqual({ ...made, tokenSecret: 'mine' });
});

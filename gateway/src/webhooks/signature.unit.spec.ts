import { expect, test } from 'vitest';
import { signatureOf, signatureProblem } from './signature.ts';

const now = new Date('2026-01-01T12:00:00Z');
const secret = 'a carrier webhook secret';
const body = '{"id":"scan-1"}';
const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
const problem = (header: string | undefined, given = body, at = now) =>
  signatureProblem(header, Buffer.from(given), { secret, now: at });

test("the carrier's signature is good", () => {
  expect(problem(signatureOf(body, secret, now))).toBeUndefined();
});

test('it is computed over "t.body" with HMAC-SHA256', () => {
  // printf '1767268800.{"id":"scan-1"}' | openssl dgst -sha256 -hmac 'a carrier webhook secret'
  expect(signatureOf(body, secret, now)).toBe(
    't=1767268800,v1=37ade82938c25d28b6eb7f1191253358ee4a2086610f48d1d5331a5cd3917d85',
  );
});

test.each([
  ['none', undefined],
  ['rubbish', 'v1=abc'],
  ["another secret's", signatureOf(body, 'another secret', now)],
  ["another body's", signatureOf('{}', secret, now)],
  ['one with another time put in', signatureOf(body, secret, now).replace(/t=\d+/, `t=${now.getTime() / 1_000 + 1}`)],
])('%s is not', (_, header) => {
  expect(problem(header)).toBeTypeOf('string');
});

test.each([
  [-301, false],
  [-299, true],
  [299, true],
  [301, false],
])('%i s off: accepted is %s', (seconds, accepted) => {
  expect(problem(signatureOf(body, secret, now), body, after(seconds)) === undefined).toBe(accepted);
});

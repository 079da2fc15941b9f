import { expect, test } from 'vitest';
import { authFailureOf } from './auth-failure.ts';

test.each([
  [401, { code: 'INVALID_EMAIL_OR_PASSWORD', message: 'no' }, { reason: 'INVALID_EMAIL_OR_PASSWORD' }],
  [401, { code: 'UNAUTHORIZED' }, { reason: 'UNAUTHENTICATED' }],
  [403, { code: 'SESSION_NOT_FRESH' }, { reason: 'SESSION_NOT_FRESH' }],
  [500, undefined, { reason: 'INTERNAL' }],
  [429, { error: { data: { reason: 'RATE_LIMITED', retryAfterSeconds: 90 } } }, { retryAfterSeconds: 90 }],
  [400, { error: { data: { reason: 'INVALID_INPUT', field: 'email' } } }, { reason: 'INVALID_INPUT', field: 'email' }],
])('%i with %j', (status, body, expected) => {
  expect(authFailureOf(status, body)).toMatchObject(expected);
});

import { describe, expect, test } from 'vitest';
import type { Failure, FailureReason } from '../trpc/failure.ts';
import { verdictOn } from './attempt.ts';

const failure = (reason: FailureReason, field?: string): Failure => ({
  reason,
  transient: false,
  ...(field === undefined ? {} : { field }),
});

describe('an attempt that was sent once', () => {
  test.each([
    ['GATEWAY_UNAVAILABLE', 'unknown'],
    ['STORE_UNAVAILABLE', 'unknown'],
    ['REGION_UNAVAILABLE', 'unknown'],
    ['INTERNAL', 'unknown'],
    ['BROKER_UNAVAILABLE', 'refused'],
    ['RATE_LIMITED', 'refused'],
    ['OUT_OF_DATE_PRICE', 'refused'],
    ['TOO_MUCH_UNPAID', 'refused'],
    ['INVALID_INPUT', 'refused'],
    ['UNAUTHENTICATED', 'sign-in'],
    ['IDEMPOTENCY_MISMATCH', 'taken'],
  ] as const)('answered %s is %s', (reason, expected) => {
    expect(verdictOn(failure(reason), { uncertain: false })).toBe(expected);
  });
});

describe('an attempt whose answer was lost', () => {
  test.each([
    ['BROKER_UNAVAILABLE', 'unknown'],
    ['RATE_LIMITED', 'unknown'],
    ['STORE_UNAVAILABLE', 'unknown'],
    ['OUT_OF_DATE_PRICE', 'refused'],
    ['UNAUTHENTICATED', 'sign-in'],
  ] as const)('answered %s then is %s', (reason, expected) => {
    expect(verdictOn(failure(reason), { uncertain: true })).toBe(expected);
  });

  test('is refused by a limit that is looked at after the key', () => {
    expect(verdictOn(failure('RATE_LIMITED', 'contact.email'), { uncertain: true })).toBe('refused');
  });
});

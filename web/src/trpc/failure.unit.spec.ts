import { expect, test } from 'vitest';
import { failureOf } from './failure.ts';

test('a refusal keeps its reason and field and is not worth another try', () => {
  expect(failureOf({ data: { reason: 'UNSUPPORTED_COUNTRY', field: 'country' } })).toEqual({
    reason: 'UNSUPPORTED_COUNTRY',
    field: 'country',
    transient: false,
  });
});

test.each([[new TypeError('fetch failed')], [undefined], [{ data: null }]])('%s is a gateway that is away', (error) => {
  expect(failureOf(error)).toEqual({ reason: 'GATEWAY_UNAVAILABLE', transient: true });
});

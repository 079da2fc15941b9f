import { apiErrorDataSchema, errorReasonSchema, placeOrderInput } from '@orderflow/contracts';
import { TRPCError } from '@trpc/server';
import mongoose from 'mongoose';
import { describe, expect, test } from 'vitest';
import { DomainError } from '../platform/domain-error.ts';
import { orderFor } from '../testing/orders.ts';
import { describeError } from './errors.ts';

const describedInput = (input: unknown) => {
  const { error } = placeOrderInput.safeParse(input);
  return describeError(new TRPCError({ code: 'BAD_REQUEST', cause: error }));
};

test.each(errorReasonSchema.options)('a domain error keeps its reason, field and sentence: %s', (reason) => {
  // As tRPC wraps whatever a procedure throws.
  const cause = new DomainError(reason, 'A sentence', { field: 'lines.0.sku' });
  const { message, data } = describeError(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause }));
  expect(message).toBe('A sentence');
  expect(apiErrorDataSchema.parse(data)).toMatchObject({ reason, field: 'lines.0.sku' });
  expect(data.httpStatus).toBeGreaterThanOrEqual(400);
});

describe('input that breaks its schema names the field', () => {
  test.each([
    ['quantity 0', { lines: [{ sku: 'MUG', quantity: 0 }] }, 'lines.0.quantity', 'must be at least 1'],
    ['quantity 100', { lines: [{ sku: 'MUG', quantity: 100 }] }, 'lines.0.quantity', 'must be at most 99'],
    ['quantity 1.5', { lines: [{ sku: 'MUG', quantity: 1.5 }] }, 'lines.0.quantity', 'must be a whole number'],
    ['an unknown field', { total: 1 }, 'total', 'is not known here'],
    ['a missing part', { address: { country: 'DE' } }, 'address.name', 'is required'],
  ])('%s', (_, over, field, message) => {
    const { data } = describedInput({ ...orderFor('key-12345'), ...over });
    expect(data).toMatchObject({ code: 'BAD_REQUEST', httpStatus: 400, reason: 'INVALID_INPUT', field });
    expect(data.issues).toContainEqual({ field, message });
  });

  test('no input at all', () => {
    expect(describedInput(undefined).data).toMatchObject({ field: 'input' });
  });
});

describe('what goes wrong inside stays inside', () => {
  test.each([
    ['a bug', new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: new Error('secret') }), 'INTERNAL', 500],
    ['output that breaks its schema', outputError(), 'INTERNAL', 500],
    ['JSON that we cannot read ourselves', internal(new SyntaxError('secret')), 'INTERNAL', 500],
    [
      'a store without a server',
      internal(new mongoose.mongo.MongoServerSelectionError('secret', {} as never)),
      'STORE_UNAVAILABLE',
      503,
    ],
    [
      'a store that was never reached',
      internal(new mongoose.MongooseError('secret buffering timed out')),
      'STORE_UNAVAILABLE',
      503,
    ],
  ] as const)('%s', (_, error, reason, httpStatus) => {
    const { message, data } = describeError(error);
    expect(data).toMatchObject({ reason, httpStatus });
    expect(JSON.stringify({ message, data })).not.toContain('secret');
  });
});

function internal(cause: Error): TRPCError {
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause });
}

function outputError(): TRPCError {
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: placeOrderInput.safeParse({ secret: 1 }).error });
}

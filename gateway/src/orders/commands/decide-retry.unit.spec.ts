import { orderStatusSchema, type PaymentDue } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { after, NOW, orderState } from '../../testing/order-state.ts';
import { decideRetry } from './decide-retry.ts';

const command = { paymentMethod: 'pm_card_visa', attempts: 5, now: NOW };
const due = (over: Partial<PaymentDue> = {}): PaymentDue => ({ need: 'retry', attempt: 1, until: after(60), ...over });
const decide = (over: Parameters<typeof orderState>[0]) => decideRetry(orderState(over), command);
const accepted = (attempt: number) => ({
  change: { payment: 'authorizing', paymentAttempt: attempt, paymentDue: undefined },
  say: [{ type: 'order.payment_retried', data: { attempt, paymentMethod: 'pm_card_visa' } }],
});

describe('by status, even when something looks due', () => {
  const expected = {
    pending: accepted(2),
    confirmed: { refused: 'PAYMENT_NOT_DUE' },
    shipped: { refused: 'PAYMENT_NOT_DUE' },
    delivered: { refused: 'PAYMENT_NOT_DUE' },
    payment_failed: { refused: 'NO_ATTEMPTS_LEFT' },
    expired: { refused: 'TOO_LATE_TO_PAY' },
    rejected: { refused: 'ALREADY_ENDED' },
    cancelling: { refused: 'ALREADY_ENDED' },
    cancelled: { refused: 'ALREADY_ENDED' },
  };
  test.each(orderStatusSchema.options)('%s', (status) => {
    expect(decide({ status, paymentDue: due() })).toMatchObject(expected[status]);
  });
});

test('nothing is due while the last attempt is under way', () => {
  expect(decide({ payment: 'authorizing' })).toMatchObject({ refused: 'PAYMENT_NOT_DUE', field: 'orderId' });
});

test('nothing is due while the bank is processing, though a challenge was open until then', () => {
  const order = { paymentDue: due({ need: 'challenge' }), processing: { attempt: 1, at: after(-1) } };
  expect(decide(order)).toMatchObject({ refused: 'PAYMENT_NOT_DUE', field: 'orderId' });
});

test('another card instead of a challenge', () => {
  expect(decide({ payment: 'action_required', paymentDue: due({ need: 'challenge' }) })).toMatchObject(accepted(2));
});

test.each([
  [1, accepted(2)],
  [4, accepted(5)],
  [5, { refused: 'NO_ATTEMPTS_LEFT' }],
])('after %i attempts of 5', (paymentAttempt, expected) => {
  expect(decide({ paymentAttempt, paymentDue: due() })).toMatchObject(expected);
});

test('payment says that none is left', () => {
  expect(decide({ paymentDue: due({ attemptsLeft: 0 }) })).toMatchObject({ refused: 'NO_ATTEMPTS_LEFT' });
});

test.each([
  [1, accepted(2)],
  [0, { refused: 'TOO_LATE_TO_PAY' }],
  [-1, { refused: 'TOO_LATE_TO_PAY' }],
])('%i s before the hold ends', (seconds, expected) => {
  expect(decide({ paymentDue: due({ until: after(seconds) }) })).toMatchObject(expected);
});

import { orderStatusSchema, parcelStatusSchema, paymentStatusSchema } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { after, NOW, orderState, parcel } from '../../testing/order-state.ts';
import { evolve } from '../evolve.ts';
import { DEFAULT_DURATIONS } from '../order-deadlines.ts';
import type { Accepted } from './command.ts';
import { decideCancel } from './decide-cancel.ts';

const command = {
  cancelId: '019a8f5e-7f3c-7c57-9a53-6f2f6f1b7c58',
  actor: 'customer',
  reason: 'Too many',
  now: NOW,
} as const;
const decide = (over: Parameters<typeof orderState>[0]) => decideCancel(orderState(over), command);
const cancelling = (stage: string) => ({
  change: { status: 'cancelling', cancel: { stage, actor: 'customer', reason: 'Too many', at: after(0) } },
  say: [{ type: 'order.cancel_requested', data: { cancelId: command.cancelId, stage, actor: 'customer' } }],
});

describe('by status', () => {
  const expected = {
    pending: cancelling('pending'),
    confirmed: cancelling('confirmed'),
    shipped: { refused: 'TOO_LATE_TO_CANCEL', field: 'orderId' },
    delivered: { refused: 'TOO_LATE_TO_CANCEL', field: 'orderId' },
    rejected: { refused: 'ALREADY_ENDED', field: 'orderId' },
    payment_failed: { refused: 'ALREADY_ENDED', field: 'orderId' },
    expired: { refused: 'ALREADY_ENDED', field: 'orderId' },
    cancelling: { effect: 'nothing_charged' },
    cancelled: { effect: 'nothing_charged' },
  } as const;

  test.each(orderStatusSchema.options)('%s', (status) => {
    expect(decide({ status })).toMatchObject(expected[status]);
  });

  test.each(['cancelling', 'cancelled'] as const)('%s: nothing changes and nothing is said again', (status) => {
    expect(decide({ status })).toEqual({ effect: 'nothing_charged' });
  });
});

describe('a confirmed order, by its parcels', () => {
  const gone = ['dispatched', 'delivered', 'lost', 'returned'];
  test.each(parcelStatusSchema.options)('one that is %s', (status) => {
    const parcels = [parcel(), parcel({ parcelId: '2', status })];
    expect(decide({ status: 'confirmed', parcels })).toMatchObject(
      gone.includes(status) ? { refused: 'TOO_LATE_TO_CANCEL' } : cancelling('confirmed'),
    );
  });
});

describe('the effect on the money', () => {
  const expected = {
    none: 'nothing_charged',
    authorizing: 'nothing_charged',
    action_required: 'nothing_charged',
    failed: 'nothing_charged',
    authorized: 'void',
    voided: 'void',
    captured: 'refund',
    partially_refunded: 'refund',
    refunded: 'refund',
  };
  test.each(paymentStatusSchema.options)('payment %s', (payment) => {
    expect(decide({ status: 'confirmed', payment })).toMatchObject({ effect: expected[payment] });
  });
});

test('what was due to be paid is not due any more', () => {
  const order = orderState({ status: 'pending', paymentDue: { need: 'retry', attempt: 1, until: after(60) } });
  const { change } = decideCancel(order, command) as Accepted;
  const evolved = evolve(order, { ...order, ...change }, { now: NOW, durations: DEFAULT_DURATIONS });
  expect(evolved).not.toHaveProperty('paymentDue');
});

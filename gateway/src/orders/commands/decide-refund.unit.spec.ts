import { money, orderStatusSchema } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { describe, expect, test } from 'vitest';
import { after, NOW, orderState, parcel } from '../../testing/order-state.ts';
import type { OrderState } from '../order-state.ts';
import { isRefused } from './command.ts';
import { decideRefund, type RefundInput } from './decide-refund.ts';

const ONE = '019a8f5e-7f3c-7c57-9a53-6f2f6f1b7c58';
const TWO = '019a8f5e-7f3c-7c57-9a53-6f2f6f1b7c59';
const captured = (over: Partial<OrderState> = {}) =>
  orderState({
    status: 'shipped',
    payment: 'captured',
    captured: eur(6_545),
    parcels: [parcel({ status: 'dispatched' })],
    ...over,
  });
const command = (over: Partial<RefundInput> = {}): RefundInput => ({
  refundId: ONE,
  restock: false,
  reason: 'Late',
  ...over,
});
const decide = (order: OrderState, over: Partial<RefundInput> = {}) => decideRefund(order, command(over), NOW);

/** The order once the command is accepted. */
function accepting(order: OrderState, over: Partial<RefundInput>): OrderState {
  const decision = decide(order, over);
  if (isRefused(decision)) throw new Error(decision.message);
  return { ...order, ...decision.change };
}

describe('accepted', () => {
  test.each([
    ['an amount', { amount: eur(1_000) }, 1_000, []],
    ['a line, with its tax', { lines: [{ sku: 'MUG', quantity: 1 }] }, 1_190, [{ sku: 'MUG', quantity: 1 }]],
    [
      'all that is left',
      {},
      6_545,
      [
        { sku: 'MUG', quantity: 2 },
        { sku: 'VASE', quantity: 1 },
      ],
    ],
  ])('%s', (_, over, amount, lines) => {
    const refund = { refundId: ONE, amount: eur(amount), lines, restock: false, reason: 'Late', cause: 'staff' };
    expect(decide(captured(), over)).toMatchObject({
      refundId: ONE,
      amount: eur(amount),
      change: { refunds: [{ ...refund, status: 'requested', at: after(0) }] },
      say: [{ type: 'order.refund_requested', data: { ...refund, actor: 'staff' } }],
    });
  });

  test.each(orderStatusSchema.options)('whatever the status, once captured: %s', (status) => {
    expect(decide(captured({ status }), { amount: eur(1) })).toMatchObject({ amount: eur(1) });
  });
});

describe('refused', () => {
  test.each([
    ['before capture', orderState(), {}, 'NOT_CAPTURED', 'orderId'],
    ['over what is left', captured(), { amount: eur(6_546) }, 'REFUND_TOO_HIGH', 'amount.amount'],
    ['another currency', captured(), { amount: money(1, 'USD') }, 'WRONG_CURRENCY', 'amount.currency'],
    ['a SKU of no line', captured(), { lines: [{ sku: 'LAMP', quantity: 1 }] }, 'UNKNOWN_LINE', 'lines.0.sku'],
    [
      'more than was ordered',
      captured(),
      { lines: [{ sku: 'MUG', quantity: 3 }] },
      'REFUND_TOO_HIGH',
      'lines.0.quantity',
    ],
    [
      'amount and lines',
      captured(),
      { amount: eur(1), lines: [{ sku: 'MUG', quantity: 1 }] },
      'INVALID_INPUT',
      'lines',
    ],
    ['restocking an amount', captured(), { amount: eur(1), restock: true }, 'INVALID_INPUT', 'restock'],
    [
      'restocking what never left',
      captured(),
      { lines: [{ sku: 'VASE', quantity: 1 }], restock: true },
      'INVALID_INPUT',
      'restock',
    ],
  ] as const)('%s', (_, order, over, refused, field) => {
    expect(decide(order, over as Partial<RefundInput>)).toMatchObject({ refused, field });
  });

  test('what other refunds have spoken for, also those under way', () => {
    const order = accepting(captured(), { amount: eur(6_000) });
    expect(decide(order, { refundId: TWO, amount: eur(546) })).toMatchObject({ refused: 'REFUND_TOO_HIGH' });
    expect(decide(order, { refundId: TWO, amount: eur(545) })).toMatchObject({ amount: eur(545) });
  });

  test('restocking the same piece twice, even when its money did not go back', () => {
    const lines = [{ sku: 'MUG', quantity: 2 }];
    const once = accepting(captured(), { lines, restock: true });
    const failed = { ...once, refunds: once.refunds.map((refund) => ({ ...refund, status: 'failed' as const })) };
    expect(decide(failed, { refundId: TWO, lines, restock: true })).toMatchObject({ field: 'restock' });
    expect(decide(failed, { refundId: TWO, lines })).toMatchObject({ refundId: TWO });
  });
});

describe('asked again with the same id', () => {
  const bodies: Partial<RefundInput>[] = [
    { amount: eur(1_000) },
    { lines: [{ sku: 'MUG', quantity: 2 }] },
    { lines: [{ sku: 'MUG', quantity: 2 }], restock: true },
    {},
  ];

  test.each(bodies)('the same command is the same refund, and nothing is said: %j', (body) => {
    const before = accepting(captured(), { refundId: TWO, lines: [{ sku: 'VASE', quantity: 1 }] });
    const order = accepting(before, body);
    const amount = order.refunds[1]?.amount;
    expect(decide(order, body)).toEqual({ refundId: ONE, amount });
  });

  test('all that is left is the same command, also once an earlier refund has failed', () => {
    const before = accepting(captured(), { refundId: TWO, lines: [{ sku: 'VASE', quantity: 1 }] });
    const order = accepting(before, {});
    const failed = order.refunds.map((one) => (one.refundId === TWO ? { ...one, status: 'failed' as const } : one));
    const amount = order.refunds[1]?.amount;
    expect(decide({ ...order, refunds: failed }, {})).toEqual({ refundId: ONE, amount });
    expect(decide(order, { lines: order.refunds[1]?.lines })).toMatchObject({ refused: 'CONFLICT' });
  });

  test.each([
    { amount: eur(1_001) },
    { amount: eur(1_000), reason: 'Other' },
    { lines: [{ sku: 'MUG', quantity: 1 }] },
    {},
  ])('another command conflicts: %j', (body) => {
    const order = accepting(captured(), { amount: eur(1_000) });
    expect(decide(order, body)).toMatchObject({ refused: 'CONFLICT', field: 'refundId' });
  });
});

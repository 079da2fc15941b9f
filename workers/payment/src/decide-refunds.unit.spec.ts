import { eur } from '@orderflow/contracts/testing';
import { change } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import { decideOnRefundRequested, recordRefund, recordRefusal, refusalOf, settleRefunds } from './decide-refunds.ts';
import { refundIdFor } from './named-id.ts';
import { type Captured, type Payment, type Refund, remainderOf, totalRefunded } from './payment.ts';
import { now, states } from './testing/examples.ts';

const planned = {
  refundId: refundIdFor('a'),
  amount: eur(1_000),
  lines: [{ sku: 'MUG', quantity: 1 }],
  reason: 'broken',
};
const refund = (status: Refund['status'], over: Partial<Refund> = {}): Refund => ({
  ...planned,
  status,
  stripeRefundId: 're_1',
  ...over,
});
const captured = (...refunds: Refund[]): Captured => ({ ...states.captured, refunds });
const seen = (status: Refund['status'], over = {}) => ({
  stripeRefundId: 're_1',
  refundId: planned.refundId,
  amount: planned.amount,
  status,
  ...over,
});
const types = (say: readonly { type: string }[]) => say.map(({ type }) => type);

describe('a refund is asked for', () => {
  test.each([
    ['nothing known', 'wait'],
    ['awaiting_stock', 'wait'],
    ['awaiting_order', 'wait'],
    ['action_required', 'wait'],
    ['processing', 'wait'],
    ['retry_due', 'wait'],
    ['authorized', 'wait'],
    ['captured', 'call'],
    ['closing', 'refused'],
    ['declined', 'refused'],
    ['expired', 'refused'],
    ['voided', 'refused'],
    ['not_needed', 'refused'],
  ])('%s: %s', (name, next) => {
    const state = (states as Record<string, Payment>)[name] ?? null;
    const decision = decideOnRefundRequested(state, planned);
    const refused = decision.kind === 'change' && decision.say[0]?.type === 'payment.refund_failed';
    expect(refused ? 'refused' : decision.kind).toBe(next);
  });

  test.each(['pending', 'succeeded', 'failed'] as const)('and is %s already: nothing', (status) => {
    expect(decideOnRefundRequested(captured(refund(status)), planned).kind).toBe('ignore');
  });
});

describe('may it be given back?', () => {
  test.each([
    ['all of it', eur(2_975), [], undefined],
    ['a cent more', eur(2_976), [], 'amount_too_large'],
    ['the rest', eur(1_975), [refund('succeeded')], undefined],
    ['more than the rest', eur(1_976), [refund('succeeded')], 'amount_too_large'],
    ['more than is not promised yet', eur(1_976), [refund('pending')], 'amount_too_large'],
    ['what a failed refund left', eur(2_975), [refund('failed')], undefined],
    ['some although all of it is on its way back', eur(1), [refund('pending', { amount: eur(2_975) })], 'nothing_left'],
    ['nothing', eur(0), [], 'amount_zero'],
    ['another currency', { amount: 1, currency: 'USD' }, [], 'currency_mismatch'],
  ])('%s', (_, amount, refunds, code) => {
    expect(refusalOf(captured(...refunds), { ...planned, amount })?.code).toBe(code);
  });
});

describe('what Stripe says of a refund', () => {
  test.each([
    ['pending', 'pending', []],
    ['pending', 'succeeded', ['payment.refunded']],
    ['pending', 'failed', ['payment.refund_failed']],
    ['succeeded', 'pending', []],
    ['succeeded', 'succeeded', []],
    ['succeeded', 'failed', ['payment.refund_failed']],
    ['failed', 'pending', []],
    ['failed', 'succeeded', []],
    ['failed', 'failed', []],
  ] as const)('known as %s, now %s: it only goes forward', (before, after, said) => {
    const { state, say } = settleRefunds(captured(refund(before)), [seen(after)], now);
    expect(types(say)).toEqual(said);
    const forward = said.length > 0 ? after : before;
    expect(state.refunds.map(({ status }) => status)).toEqual([forward]);
  });

  test('that has failed after it succeeded takes the total down', () => {
    const { state, say } = settleRefunds(
      captured(refund('succeeded')),
      [seen('failed', { code: 'lost_or_stolen_card' })],
      now,
    );
    expect(say[0]?.data).toMatchObject({ code: 'lost_or_stolen_card', totalRefunded: eur(0) });
    expect(totalRefunded(state)).toEqual(eur(0));
    expect(remainderOf(state)).toEqual(eur(2_975));
  });

  test('of ours that is only being asked for is left to the event that asks', () => {
    expect(settleRefunds(captured(), [seen('succeeded')], now)).toEqual(change(captured()));
  });

  test('made by hand is recorded, under an id that follows from its own', () => {
    const byHand = { stripeRefundId: 're_2', amount: eur(500), status: 'succeeded' } as const;
    const once = settleRefunds(captured(), [byHand], now);
    expect(types(once.say)).toEqual(['payment.refunded']);
    expect(remainderOf(once.state)).toEqual(eur(2_475));
    expect(settleRefunds(once.state, [byHand], now)).toEqual(change(once.state));
  });
});

describe('while a refund is pending', () => {
  const hour = (n: number) => new Date(now.getTime() + n * 3_600_000).toISOString();

  test('there is a time to ask again, an hour later', () => {
    const { state, say } = recordRefund(captured(), planned, seen('pending'), now);
    expect(say).toEqual([]);
    expect(state).toMatchObject({ refundsAt: hour(1), refunds: [{ status: 'pending', stripeRefundId: 're_1' }] });
    expect(settleRefunds({ ...state, refundsAt: hour(0) }, [seen('pending')], now).state.refundsAt).toBe(hour(1));
    expect(settleRefunds(state, [seen('pending')], now).state).toBe(state);
  });

  test('and none once it is settled', () => {
    const { state } = settleRefunds({ ...captured(refund('pending')), refundsAt: hour(1) }, [seen('succeeded')], now);
    expect(state).not.toHaveProperty('refundsAt');
  });
});

test('a refund that was refused is remembered, and counts for nothing', () => {
  const { state, say } = recordRefusal(captured(), planned, { code: 'charge_disputed', message: 'Disputed.' });
  expect(say[0]?.data).toMatchObject({ refundId: planned.refundId, code: 'charge_disputed', totalRefunded: eur(0) });
  expect(decideOnRefundRequested(state, planned).kind).toBe('ignore');
  expect(remainderOf(state)).toEqual(eur(2_975));
});

test('an id made of a name is a UUIDv5, always the same', () => {
  expect(refundIdFor('o1')).toBe(refundIdFor('o1'));
  expect(refundIdFor('o1')).not.toBe(refundIdFor('o2'));
  expect(refundIdFor('o1')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

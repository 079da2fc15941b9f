import { describe, expect, test } from 'vitest';
import {
  decideOnDeadline,
  decideOnDispatched,
  decideOnEnd,
  decideOnPlaced,
  decideOnReserved,
  decideOnRetried,
} from './decide-payment.ts';
import { deadlineOf, type Payment } from './payment.ts';
import type { PaymentStep } from './payment-decision.ts';
import { amount, bill, inMinutes, now, otherwise, states } from './testing/examples.ts';

const names = ['nothing known', ...Object.keys(states)] as const;
const stateOf = (name: string): Payment | null => (states as Record<string, Payment>)[name] ?? null;
const purchase = { amount, paymentMethod: 'pm_card_visa' };
const retry = (attempt: number) => ({ attempt, paymentMethod: 'pm_card_visa' });
const given = (asked: boolean, intentId?: string) => ({
  earlier: { asked, forgotten: false, searchable: false, intentId },
  ...{ now, attempts: 5 },
});
/** The decision's kind, or why Stripe is asked. */
const inShort = (step: PaymentStep): string =>
  step.kind === 'call' ? step.trigger.kind : step.kind === 'ignore' && step.unexpected ? 'unexpected' : step.kind;

/** Every state is in every table: what is done, first when the event is new, then when Stripe may have been asked for it. */
type Row = [name: string, first: string, again?: string];
function every(title: string, decide: (state: Payment | null, asked: boolean) => PaymentStep, rows: Row[]) {
  describe(title, () => {
    test('is decided for every state', () => {
      expect(rows.map(([name]) => name)).toEqual(names);
    });
    test.each(rows)('%s: %s', (name, first, again = first) => {
      expect(inShort(decide(stateOf(name), false))).toBe(first);
      expect(inShort(decide(stateOf(name), true))).toBe(again);
    });
  });
}

const over: Row[] = [
  ['closing', 'ignore', 'late_attempt'],
  ['declined', 'ignore', 'late_attempt'],
  ['expired', 'ignore', 'late_attempt'],
  ['voided', 'ignore', 'late_attempt'],
  ['not_needed', 'ignore', 'late_attempt'],
];

every('an order is placed', (state, tried) => decideOnPlaced(state, purchase, given(tried)), [
  ['nothing known', 'change'],
  ['awaiting_stock', 'ignore'],
  ['awaiting_order', 'attempt'],
  ['action_required', 'ignore'],
  ['processing', 'ignore'],
  ['retry_due', 'ignore'],
  ['authorized', 'ignore'],
  ['captured', 'ignore'],
  ...over,
]);

every('stock is held', (state, tried) => decideOnReserved(state, inMinutes(15), given(tried)), [
  ['nothing known', 'change'],
  ['awaiting_stock', 'attempt'],
  ['awaiting_order', 'ignore'],
  ['action_required', 'ignore'],
  ['processing', 'ignore'],
  ['retry_due', 'ignore'],
  ['authorized', 'ignore'],
  ['captured', 'ignore'],
  ...over,
]);

every('another card is to be tried', (state, tried) => decideOnRetried(state, retry(2), given(tried)), [
  ['nothing known', 'wait'],
  ['awaiting_stock', 'wait'],
  ['awaiting_order', 'wait'],
  ['action_required', 'attempt'],
  ['processing', 'change'],
  ['retry_due', 'attempt'],
  ['authorized', 'ignore'],
  ['captured', 'ignore'],
  ...over,
]);

const ended = (unheld: boolean) => (state: Payment | null) => decideOnEnd(state, { reason: 'changed my mind', unheld });
const live: Row[] = [
  ['awaiting_order', 'end'],
  ['action_required', 'end'],
  ['processing', 'end'],
  ['retry_due', 'end'],
  ['authorized', 'end'],
  ['captured', 'end'],
  ['closing', 'ignore'],
  ['declined', 'ignore'],
  ['expired', 'ignore'],
  ['voided', 'ignore'],
  ['not_needed', 'ignore'],
];
every('an order ends', ended(false), [['nothing known', 'change'], ['awaiting_stock', 'end'], ...live]);
every('an order is rejected', ended(true), [['nothing known', 'change'], ['awaiting_stock', 'change'], ...live]);

every('a parcel leaves', decideOnDispatched, [
  ['nothing known', 'wait'],
  ['awaiting_stock', 'wait'],
  ['awaiting_order', 'wait'],
  ['action_required', 'wait'],
  ['processing', 'wait'],
  ['retry_due', 'wait'],
  ['authorized', 'capture'],
  ['captured', 'ignore'],
  ['closing', 'unexpected'],
  ['declined', 'flag'],
  ['expired', 'flag'],
  ['voided', 'flag'],
  ['not_needed', 'unexpected'],
]);

test('a parcel leaves although its payment ended: with its order it is too late, before it a person looks', () => {
  expect(inShort(decideOnDispatched(otherwise.voided_with_order))).toBe('unexpected');
  expect(inShort(decideOnDispatched({ ...states.captured, ended: 'changed my mind' }))).toBe('unexpected');
  expect(inShort(decideOnDispatched(otherwise.expiring))).toBe('flag');
});

describe('an attempt', () => {
  test('is of what the order costs, until the stock is let go', () => {
    const call = { kind: 'pay', amount, attempt: 1, paymentMethod: 'pm_card_visa' };
    const asked = { call, trigger: { kind: 'attempt', bill: { ...bill, payUntil: inMinutes(10) } } };
    expect(decideOnPlaced(states.awaiting_order, purchase, given(false))).toMatchObject(asked);
    expect(decideOnReserved(states.awaiting_stock, inMinutes(10), given(false))).toMatchObject(asked);
  });

  test('after the first is on the same intent, with the time that is left', () => {
    const { payUntil, extended, intentId } = states.action_required;
    expect(decideOnRetried(states.action_required, retry(3), given(false))).toMatchObject({
      call: { kind: 'pay', attempt: 3, intentId },
      trigger: { bill: { amount, attempt: 3, payUntil, extended } },
    });
  });

  test('whose commit missed is not made again: the intent that it was given is looked at', () => {
    const look = { call: { kind: 'look', intentId: 'pi_1' }, trigger: { kind: 'attempt' } };
    expect(decideOnPlaced(states.awaiting_order, purchase, given(true, 'pi_1'))).toMatchObject(look);
    expect(decideOnRetried(states.retry_due, retry(2), given(true, 'pi_1'))).toMatchObject(look);
  });

  test('whose hold has ended is not made; was Stripe asked before, it is asked what came of that', () => {
    const late = (asked: boolean) => decideOnReserved(states.awaiting_stock, inMinutes(0), given(asked));
    expect(late(false)).toMatchObject({ state: { status: 'expired', amount }, say: [{ type: 'payment.expired' }] });
    expect(late(true)).toMatchObject({ call: { kind: 'find' }, trigger: { kind: 'expiry', inFlight: true } });
  });

  test('while another is processed is not made, and answered by what comes of that one', () => {
    const { processing } = states;
    expect(decideOnRetried(processing, retry(2), given(false))).toEqual({
      kind: 'change',
      state: { ...processing, attempt: 2 },
      say: [{ type: 'payment.processing', dataschema: expect.anything(), data: { attempt: 2, intentId: 'pi_1' } }],
    });
    expect(decideOnRetried(processing, retry(1), given(false)).kind).toBe('ignore');
    expect(decideOnRetried(processing, retry(6), given(false)).kind).toBe('ignore');
  });

  test.each([
    ['that was made already', retry(1), states.retry_due],
    ['beyond the last', retry(6), states.retry_due],
    ['after the time to pay', retry(2), { ...states.retry_due, payUntil: inMinutes(0) }],
  ])('%s is not made', (_, wanted, state) => {
    expect(decideOnRetried(state, wanted, given(false)).kind).toBe('ignore');
  });
});

test('a second end finds the money on its way back', () => {
  expect(decideOnEnd({ ...states.captured, ended: 'expired' }, { reason: 'changed my mind' }).kind).toBe('ignore');
});

every('a deadline passes', (state) => decideOnDeadline(state, now), [
  ['nothing known', 'ignore'],
  ['awaiting_stock', 'ignore'],
  ['awaiting_order', 'expiry'],
  ['action_required', 'expiry'],
  ['processing', 'deadline'],
  ['retry_due', 'expiry'],
  ['authorized', 'capture'],
  ['captured', 'deadline'],
  ['closing', 'deadline'],
  ['declined', 'ignore'],
  ['expired', 'ignore'],
  ['voided', 'ignore'],
  ['not_needed', 'ignore'],
]);

test('what Stripe processes is asked for after the time to pay, too', () => {
  const step = decideOnDeadline({ ...states.processing, payUntil: inMinutes(0) }, now);
  expect(step).toMatchObject({ call: { kind: 'look' }, trigger: { kind: 'expiry' } });
});

describe('the deadline', () => {
  test.each([
    ['awaiting_stock', null],
    ['awaiting_order', 'pay'],
    ['action_required', 'pay'],
    ['processing', 'look'],
    ['retry_due', 'pay'],
    ['authorized', 'capture'],
    ['captured', null],
    ['closing', 'close'],
    ['declined', null],
    ['expired', null],
    ['voided', null],
    ['not_needed', null],
  ] as const)('of %s is %s', (name, expected) => {
    expect(deadlineOf(states[name])?.name ?? null).toBe(expected);
  });

  test('of a captured payment whose refund is pending is to ask for it', () => {
    const at = inMinutes(60);
    expect(deadlineOf({ ...states.captured, refundsAt: at })).toEqual({ name: 'refunds', at: new Date(at) });
  });
});

test('an order that has one attempt has one, whichever fact comes first', () => {
  const single = { ...purchase, single: true } as const;
  const first = decideOnPlaced(null, single, given(false));
  expect(first).toMatchObject({ kind: 'change', state: { status: 'awaiting_stock', ...single } });
  const attempt = { trigger: { kind: 'attempt', bill: { single: true } } };
  expect(decideOnPlaced(states.awaiting_order, single, given(false))).toMatchObject(attempt);
  expect(decideOnReserved({ status: 'awaiting_stock', ...single }, inMinutes(10), given(false))).toMatchObject(attempt);
  expect(decideOnRetried({ ...states.action_required, single: true }, retry(2), given(false)).kind).toBe('ignore');
});

import { describe, expect, test } from 'vitest';
import { whenDispatched, whenEnded, whenPlaced, whenReserved, whenRetried } from './decide-payment.ts';
import { deadlineOf, type Payment } from './payment.ts';
import { amount, bill, inMinutes, now, otherwise, states } from './testing/examples.ts';

const names = ['nothing known', ...Object.keys(states)] as const;
const stateOf = (name: string): Payment | null => (states as Record<string, Payment>)[name] ?? null;
const purchase = { amount, paymentMethod: 'pm_card_visa' };
const retry = (attempt: number) => ({ attempt, paymentMethod: 'pm_card_visa' });
const given = (asked: boolean) => ({ asked, now, attempts: 5 });

/** Every state is in every table: what is done, first when the event is new, then when Stripe may have been asked for it. */
type Row = [name: string, first: string, again?: string];
function every(title: string, decide: (state: Payment | null, asked: boolean) => { kind: string }, rows: Row[]) {
  describe(title, () => {
    test('is decided for every state', () => {
      expect(rows.map(([name]) => name)).toEqual(names);
    });
    test.each(rows)('%s: %s', (name, first, again = first) => {
      expect(decide(stateOf(name), false).kind).toBe(first);
      expect(decide(stateOf(name), true).kind).toBe(again);
    });
  });
}

const over: Row[] = [
  ['closing', 'nothing', 'give_back'],
  ['declined', 'nothing', 'give_back'],
  ['expired', 'nothing', 'give_back'],
  ['voided', 'nothing', 'give_back'],
  ['not_needed', 'nothing', 'give_back'],
];

every('an order is placed', (state, tried) => whenPlaced(state, purchase, tried), [
  ['nothing known', 'become'],
  ['awaiting_stock', 'nothing'],
  ['awaiting_order', 'attempt'],
  ['action_required', 'nothing'],
  ['processing', 'nothing'],
  ['retry_due', 'nothing'],
  ['authorized', 'nothing'],
  ['captured', 'nothing'],
  ...over,
]);

every('stock is held', (state, tried) => whenReserved(state, inMinutes(15), tried), [
  ['nothing known', 'become'],
  ['awaiting_stock', 'attempt'],
  ['awaiting_order', 'nothing'],
  ['action_required', 'nothing'],
  ['processing', 'nothing'],
  ['retry_due', 'nothing'],
  ['authorized', 'nothing'],
  ['captured', 'nothing'],
  ...over,
]);

every('another card is to be tried', (state, tried) => whenRetried(state, retry(2), given(tried)), [
  ['nothing known', 'wait'],
  ['awaiting_stock', 'wait'],
  ['awaiting_order', 'wait'],
  ['action_required', 'attempt'],
  ['processing', 'become'],
  ['retry_due', 'attempt'],
  ['authorized', 'nothing'],
  ['captured', 'nothing'],
  ...over,
]);

const ended = (unheld: boolean) => (state: Payment | null) => whenEnded(state, 'changed my mind', unheld);
const live: Row[] = [
  ['awaiting_order', 'end'],
  ['action_required', 'end'],
  ['processing', 'end'],
  ['retry_due', 'end'],
  ['authorized', 'end'],
  ['captured', 'end'],
  ['closing', 'nothing'],
  ['declined', 'nothing'],
  ['expired', 'nothing'],
  ['voided', 'nothing'],
  ['not_needed', 'nothing'],
];
every('an order ends', ended(false), [['nothing known', 'become'], ['awaiting_stock', 'end'], ...live]);
every('an order is rejected', ended(true), [['nothing known', 'become'], ['awaiting_stock', 'become'], ...live]);

every('a parcel leaves', whenDispatched, [
  ['nothing known', 'wait'],
  ['awaiting_stock', 'wait'],
  ['awaiting_order', 'wait'],
  ['action_required', 'wait'],
  ['processing', 'wait'],
  ['retry_due', 'wait'],
  ['authorized', 'capture'],
  ['captured', 'nothing'],
  ['closing', 'too_late'],
  ['declined', 'alarm'],
  ['expired', 'alarm'],
  ['voided', 'alarm'],
  ['not_needed', 'too_late'],
]);

test('a parcel leaves although its payment ended: with its order it is too late, before it a person looks', () => {
  expect(whenDispatched(otherwise.voided_with_order).kind).toBe('too_late');
  expect(whenDispatched({ ...states.captured, ended: 'changed my mind' }).kind).toBe('too_late');
  expect(whenDispatched(otherwise.expiring).kind).toBe('alarm');
});

describe('an attempt', () => {
  test('is of what the order costs, until the stock is let go', () => {
    const attempt = { bill: { ...bill, payUntil: inMinutes(10) }, paymentMethod: 'pm_card_visa' };
    expect(whenPlaced(states.awaiting_order, purchase, false)).toMatchObject({ attempt });
    expect(whenReserved(states.awaiting_stock, inMinutes(10), false)).toMatchObject({ attempt });
  });

  test('after the first is on the same intent, with the time that is left', () => {
    const { payUntil, extended, intentId } = states.action_required;
    expect(whenRetried(states.action_required, retry(3), given(false))).toMatchObject({
      attempt: { bill: { amount, attempt: 3, payUntil, extended }, intentId },
    });
  });

  test('while another is processed is not made, and answered by what comes of that one', () => {
    const { processing } = states;
    expect(whenRetried(processing, retry(2), given(false))).toEqual({
      kind: 'become',
      state: { ...processing, attempt: 2 },
      say: [{ type: 'payment.processing', dataschema: expect.anything(), data: { attempt: 2, intentId: 'pi_1' } }],
    });
    expect(whenRetried(processing, retry(1), given(false)).kind).toBe('nothing');
    expect(whenRetried(processing, retry(6), given(false)).kind).toBe('nothing');
  });

  test.each([
    ['that was made already', retry(1), states.retry_due],
    ['beyond the last', retry(6), states.retry_due],
    ['after the time to pay', retry(2), { ...states.retry_due, payUntil: inMinutes(0) }],
  ])('%s is not made', (_, wanted, state) => {
    expect(whenRetried(state, wanted, given(false)).kind).toBe('nothing');
  });
});

test('a second end finds the money on its way back', () => {
  expect(whenEnded({ ...states.captured, ended: 'expired' }, 'changed my mind', false).kind).toBe('nothing');
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
  const first = whenPlaced(null, single, false);
  expect(first).toEqual({ kind: 'become', state: { status: 'awaiting_stock', ...single } });
  const attempt = { kind: 'attempt', attempt: { bill: { single: true } } };
  expect(whenPlaced(states.awaiting_order, single, false)).toMatchObject(attempt);
  expect(whenReserved({ status: 'awaiting_stock', ...single }, inMinutes(10), false)).toMatchObject(attempt);
  expect(whenRetried({ ...states.action_required, single: true }, retry(2), given(false)).kind).toBe('nothing');
});

import { describe, expect, test } from 'vitest';
import { judge } from './decide-truth.ts';
import { type Bill, deadlineOf, type Payment } from './payment.ts';
import { amount, bill, eur, given, inMinutes, now, otherwise, states, truths } from './testing/examples.ts';
import type { Verdict, Wish } from './verdict.ts';

/** A verdict in a word: the new status and +facts; `x` cancels first, `!` alarms, `-` does nothing. */
function inShort(verdict: Verdict): string {
  const said = 'say' in verdict ? verdict.say.map(({ type }) => type.replace('payment.', '+')).join('') : '';
  switch (verdict.kind) {
    case 'become':
      return verdict.state.status + said;
    case 'cancel':
      return `x ${inShort(verdict.afterwards)}`;
    case 'refund':
      return `refund${said}`;
    case 'nothing':
      return '-';
    case 'wait':
      return 'wait';
    case 'alarm':
      return '!';
    default:
      return verdict satisfies never;
  }
}

const all = { ...states, ...otherwise };
type Row = readonly [keyof typeof all, ...string[]];
const columns = Object.keys(truths) as (keyof typeof truths)[];

function table(wish: Wish, rows: readonly Row[]): void {
  const cells = rows.flatMap(([state, ...expected]) =>
    columns.map((truth, index) => ({ state, truth, expected: expected[index] })),
  );
  test.each(cells)('$state, and Stripe says $truth: $expected', ({ state, truth, expected }) => {
    expect(inShort(judge(all[state], truths[truth], wish, given))).toBe(expected);
  });
}

const DECLINED = 'retry_due+declined';
const FINAL = 'declined+declined';
const ASKED = 'action_required+action_required';
const YES = 'authorized+authorized';
const TAKES_TIME = 'processing+processing';
const VOID = 'voided+voided';
const OVER = 'expired+expired';
const X = `x ${VOID}`;
/** The end is said first, and only then the intent cancelled. */
const CLOSE = 'closing+expired';
const CLOSE_FINAL = 'closing+declined';

describe('the reply to an attempt', () => {
  //                 none  refused   open      action_required processing    authorized captured canceled lapsed
  table({ to: 'pay', bill }, [
    ['awaiting_stock', '!', DECLINED, DECLINED, ASKED, TAKES_TIME, YES, '!', 'wait', FINAL],
    ['awaiting_order', '!', DECLINED, DECLINED, ASKED, TAKES_TIME, YES, '!', 'wait', FINAL],
    ['action_required', '!', DECLINED, DECLINED, ASKED, TAKES_TIME, YES, '!', 'wait', FINAL],
    ['retry_due', '!', DECLINED, DECLINED, ASKED, TAKES_TIME, YES, '!', 'wait', FINAL],
  ]);
});

/** Orders that have ended: why Stripe was asked makes no difference. */
const ended: Row[] = [
  ['declined', '-', '-', 'x declined', 'x declined', 'closing', X, 'refund', '-', VOID],
  ['expired', '-', '-', 'x expired', 'x expired', 'closing', X, 'refund', '-', VOID],
  ['voided', '-', '-', 'x voided', 'x voided', 'closing', X, 'refund', '-', '-'],
  ['not_needed', '-', '-', 'x not_needed', 'x not_needed', 'closing', X, 'refund', '-', VOID],
];
const close = ['not_needed', 'x not_needed', 'x not_needed', 'closing', X, 'refund', 'not_needed', VOID] as const;

describe('news', () => {
  //                 none  refused   open      action_required processing    authorized captured canceled lapsed
  table({ to: 'know' }, [
    ['awaiting_stock', '-', '-', '-', '-', '-', YES, '-', '-', '-'],
    ['awaiting_order', '-', '-', '-', '-', '-', '-', '-', '-', '-'],
    ['action_required', '-', '-', DECLINED, '-', TAKES_TIME, YES, '!', '-', FINAL],
    ['processing', '-', '-', DECLINED, ASKED, 'processing', YES, '!', '-', FINAL],
    ['retry_due', '-', '-', '-', '-', '-', YES, '!', '-', FINAL],
    ['authorized', '-', '-', '-', '-', '-', '-', '-', 'wait', VOID],
    ['captured', '-', '-', '-', '-', '-', '-', '-', '-', '-'],
    ['closing', 'not_needed', ...close],
    ['expiring', 'expired', 'expired', 'x expired', 'x expired', 'closing', X, 'refund', 'expired', VOID],
    ...ended,
  ]);
});

describe('the time to pay is over', () => {
  //                 none  refused   open      action_required processing    authorized captured canceled lapsed
  table({ to: 'expire' }, [
    ['awaiting_stock', OVER, OVER, CLOSE, CLOSE, 'wait', 'wait', '!', OVER, OVER],
    ['awaiting_order', OVER, OVER, CLOSE, CLOSE, 'wait', 'wait', '!', OVER, OVER],
    ['action_required', '!', OVER, CLOSE, CLOSE, TAKES_TIME, YES, '!', OVER, OVER],
    ['processing', '!', OVER, CLOSE, CLOSE, 'processing', YES, '!', OVER, OVER],
    ['retry_due', '!', OVER, CLOSE, CLOSE, TAKES_TIME, YES, '!', OVER, OVER],
    ['authorized', '!', '-', '-', '-', '-', '-', '-', VOID, VOID],
    ['captured', '!', '-', '-', '-', '-', '-', '-', '-', '-'],
  ]);
});

describe('the order has ended', () => {
  //                 none  refused   open      action_required processing    authorized captured canceled lapsed
  table({ to: 'end', reason: 'changed my mind' }, [
    ['awaiting_stock', 'not_needed', ...close],
    ['awaiting_order', 'not_needed', ...close],
    ['action_required', '!', ...close],
    ['processing', '!', ...close],
    ['retry_due', '!', ...close],
    ['authorized', '!', ...close.slice(0, 5), 'refund+captured', VOID, VOID],
    ['captured', '!', '!', '!', '!', '!', '!', 'refund', '!', '!'],
    ['closing', '!', ...close],
    ...ended,
  ]);
});

describe('capturing', () => {
  //                 none  refused   open      action_required processing    authorized captured canceled lapsed
  table({ to: 'capture', because: 'dispatched' }, [
    ['authorized', '!', '!', '!', '!', '!', '!', 'captured+captured', 'wait', '!'],
  ]);
  table({ to: 'capture', because: 'lapsing' }, [
    ['authorized', '!', '!', '!', '!', '!', '!', 'captured+captured', VOID, VOID],
  ]);
});

describe('an attempt', () => {
  const pay = (over: Partial<Bill>): Wish => ({ to: 'pay', bill: { ...bill, ...over } });

  test.each([
    ['the last one', pay({ attempt: 5 }), CLOSE_FINAL],
    ['one with no time left', pay({ payUntil: inMinutes(0) }), CLOSE_FINAL],
    ['one with time left for another', pay({ attempt: 4 }), DECLINED],
  ])('%s that is declined: %s', (_, wish, expected) => {
    expect(inShort(judge(states.retry_due, truths.open, wish, given))).toBe(expected);
  });

  test('that no other payment method would help is final at once', () => {
    const hopeless = { ...truths.refused, hopeless: true };
    expect(inShort(judge(states.awaiting_stock, hopeless, pay({}), given))).toBe(FINAL);
  });

  test('that was cancelled here is waited for: whoever did so has closed the payment', () => {
    for (const because of ['ended', 'abandoned'] as const) {
      const canceled = { ...truths.canceled, because };
      expect(inShort(judge(states.retry_due, canceled, pay({ attempt: 5 }), given))).toBe('wait');
      expect(inShort(judge(states.action_required, canceled, { to: 'know' }, given))).toBe('-');
    }
  });

  test('that Stripe refuses, since it processes the one before, is answered by what comes of that', () => {
    const verdict = judge(states.action_required, truths.processing, pay({ attempt: 2 }), given);
    expect(inShort(verdict)).toBe(TAKES_TIME);
    expect(verdict).toMatchObject({ state: { attempt: 2, method: 'pm_1' }, say: [{ data: { attempt: 2 } }] });
  });

  test('that is challenged makes the hold longer, once', () => {
    const first = judge(states.awaiting_stock, truths.action_required, pay({}), given);
    expect(first).toMatchObject({ state: { payUntil: inMinutes(25), extended: true } });
    const second = judge(states.retry_due, truths.action_required, pay({ extended: true }), given);
    expect(second).toMatchObject({ state: { payUntil: inMinutes(10), extended: true } });
  });

  test('that is declined leaves three minutes for another card, and says which card it was, hashed', () => {
    const card = '0123456789abcdef0123456789abcdef';
    const declined = { ...truths.open, refusal: { ...truths.open.refusal, card } };
    expect(judge(states.awaiting_stock, declined, pay({}), given)).toMatchObject({
      state: { status: 'retry_due', payUntil: inMinutes(3) },
      say: [{ data: { retryUntil: inMinutes(3), card } }],
    });
    expect(judge(states.awaiting_stock, declined, pay({ payUntil: inMinutes(2) }), given)).toMatchObject({
      state: { payUntil: inMinutes(2) },
    });
    const last = judge(states.retry_due, declined, pay({ attempt: 5 }), given);
    expect(last).toMatchObject({ say: [{ data: { final: true, card } }] });
  });

  test('that is the only one an order has is final when declined, and its challenge is short', () => {
    const single = pay({ single: true });
    expect(inShort(judge(states.awaiting_stock, truths.open, single, given))).toBe(CLOSE_FINAL);
    expect(judge(states.awaiting_stock, truths.action_required, single, given)).toMatchObject({
      state: { status: 'action_required', payUntil: inMinutes(3), single: true },
    });
    expect(judge(states.awaiting_stock, truths.processing, single, given)).toMatchObject({ state: { single: true } });
  });

  test('that is authorised is to be captured half a day before it lapses', () => {
    const verdict = judge(states.awaiting_stock, truths.authorized, pay({}), given);
    const at = Date.parse(truths.authorized.captureBefore) - 12 * 3_600_000;
    expect(verdict).toMatchObject({ state: { captureAt: new Date(at).toISOString() } });
  });

  test.each([
    ['more', eur(2_976)],
    ['less', eur(2_974)],
    ['as much in another currency', { amount: 2_975, currency: 'USD' }],
  ])('that authorised %s than the order costs is cancelled, and a person looks', (_, authorised) => {
    const truth = { ...truths.authorized, amount: authorised };
    for (const wish of [pay({}), { to: 'know' }, { to: 'expire', bill }] as const) {
      expect(inShort(judge(states.retry_due, truth, wish, given))).toBe('x !');
    }
  });
});

describe('a payment that is over, but may still be paid', () => {
  const closing = (state: Payment, wish: Wish) => {
    const verdict = judge(state, truths.open, wish, given);
    return verdict.kind === 'become' ? verdict.state : expect.unreachable();
  };
  const last: Wish = { to: 'pay', bill: { ...bill, attempt: 5 } };

  test.each([
    ['expired', closing(states.action_required, { to: 'expire' }), states.expired.status],
    ['declined for good', closing(states.action_required, last), states.declined.status],
  ])('%s: it is closed at once, never confirmed, and becomes what was said', (_, state, status) => {
    expect(deadlineOf(state)).toEqual({ name: 'close', at: now });
    const verdict = judge(state, truths.open, { to: 'know' }, given);
    expect(verdict).toMatchObject({ kind: 'cancel', afterwards: { state: { status, intentId: 'pi_1' }, say: [] } });
    for (const wish of [{ to: 'know' }, { to: 'end', reason: 'late' }, last] as const) {
      expect(inShort(judge(state, truths.authorized, wish, given))).toBe(X);
    }
  });

  test('and is paid while it is being cancelled: that is said, and that no order ended before it', () => {
    const verdict = judge(otherwise.expiring, truths.action_required, { to: 'know' }, given);
    if (verdict.kind !== 'cancel') return expect.unreachable();
    expect(verdict.ifPaid?.(amount)).toMatchObject({ state: { status: 'voided' }, say: [{ type: 'payment.voided' }] });
    expect(verdict.ifPaid?.(amount)).not.toHaveProperty('state.ended');
  });

  test('while Stripe processes it, it remembers what it will be', () => {
    for (const state of [otherwise.expiring, states.expired]) {
      const verdict = judge(state, truths.processing, { to: 'know' }, given);
      expect(verdict).toMatchObject({ state: { status: 'closing', as: { status: 'expired' } } });
    }
  });
});

describe('the order has one intent', () => {
  const other = { intentId: 'pi_2' };
  test.each([
    ['open', { ...truths.open, ...other }, 'x -'],
    ['authorised', { ...truths.authorized, ...other }, 'x -'],
    ['captured', { ...truths.captured, ...other }, '!'],
    ['cancelled', { ...truths.canceled, ...other }, '-'],
  ])('another one that is %s: %s', (_, truth, expected) => {
    for (const state of [states.action_required, states.authorized, states.captured, states.voided]) {
      expect(inShort(judge(state, truth, { to: 'know' }, given))).toBe(expected);
    }
  });
});

describe('news of an attempt that is not committed yet', () => {
  const another = { method: 'pm_2' };
  test.each([
    ['declined', { ...truths.open, ...another }],
    ['challenged', { ...truths.action_required, ...another }],
    ['processing', { ...truths.processing, ...another }],
  ])('%s: its own reply will tell', (_, truth) => {
    for (const state of [states.action_required, states.processing, states.retry_due]) {
      expect(inShort(judge(state, truth, { to: 'know' }, given))).toBe('-');
    }
  });
});

describe('what Stripe still processes', () => {
  const later = new Date(now.getTime() + 60_000).toISOString();
  test('is asked for again a minute later, paid or over', () => {
    for (const state of [states.processing, states.closing]) {
      expect(judge(state, truths.processing, { to: 'know' }, given)).toMatchObject({ state: { lookAt: later } });
      expect(inShort(judge({ ...state, lookAt: later }, truths.processing, { to: 'know' }, given))).toBe('-');
    }
  });
});

describe('an ended order whose money was captured', () => {
  const end: Wish = { to: 'end', reason: 'changed my mind' };
  const earlier = { refundId: 'a', amount: eur(1_000), lines: [], reason: 'broken', status: 'pending' } as const;

  test('is given back what nobody was given back or promised yet', () => {
    const verdict = judge({ ...states.captured, refunds: [earlier] }, truths.captured, end, given);
    expect(verdict).toMatchObject({
      kind: 'refund',
      wish: { amount: eur(1_975) },
      state: { ended: 'changed my mind' },
    });
  });

  test('is given nothing more when all of it is on its way', () => {
    const refunds = [{ ...earlier, amount }];
    expect(inShort(judge({ ...states.captured, refunds }, truths.captured, end, given))).toBe('captured');
  });

  test('is not given back twice when an earlier try could not say that it had', () => {
    const first = judge(states.captured, truths.captured, end, given);
    if (first.kind !== 'refund') return expect.unreachable();
    const { refundId } = first.wish;
    const made = { stripeRefundId: 're_1', refundId, amount, status: 'succeeded' } as const;
    const again = judge(states.captured, { ...truths.captured, refunds: [made] }, end, given);
    expect(inShort(again)).toBe('captured+refunded');
  });
});

describe.each(['ended', 'abandoned'] as const)('an authorisation that is cancelled as %s, as we do', (because) => {
  const truth = { ...truths.canceled, because };

  test('may be our own, which is about to be noted', () => {
    expect(inShort(judge(states.authorized, truth, { to: 'know' }, given))).toBe('wait');
    expect(inShort(judge(states.authorized, truth, { to: 'capture', because: 'dispatched' }, given))).toBe('wait');
  });

  test('was cancelled at Stripe by somebody else when nothing of ours is noted for long', () => {
    expect(inShort(judge(states.authorized, truth, { to: 'know' }, { ...given, attempt: 4 }))).toBe(VOID);
  });
});

describe('an intent is cancelled', () => {
  const cancelled: Wish = { to: 'end', reason: 'changed my mind' };
  const expired: Wish = { to: 'end', reason: 'not paid in time', unpaid: true };
  const news: Wish = { to: 'know' };

  test.each([
    ['with an order that is cancelled', states.action_required, cancelled, false],
    ['with an order that has expired', states.action_required, expired, true],
    ['after its order was cancelled', states.closing, news, false],
    ['after the time to pay', otherwise.expiring, news, true],
    ['when a final decline is followed by a success', states.declined, news, true],
    ['when a success follows the end of its order', otherwise.voided_with_order, news, false],
  ] as const)('%s, for that reason', (_, state, wish, abandoned) => {
    for (const truth of [truths.open, truths.action_required, truths.authorized]) {
      expect(judge(state, truth, wish, given)).toMatchObject({ kind: 'cancel', abandoned });
    }
  });
});

describe('the rest is given back while another refund is being made', () => {
  const underWay = { stripeRefundId: 're_1', refundId: 'r1', amount: eur(500), status: 'succeeded' } as const;
  const end: Wish = { to: 'end', reason: 'changed my mind' };
  const after = (attempt: number, amount = underWay.amount) =>
    judge(states.captured, { ...truths.captured, refunds: [{ ...underWay, amount }] }, end, { ...given, attempt });

  test('which is waited for, so that it comes into the books first', () => {
    for (const attempt of [1, 2, 3]) expect(inShort(after(attempt))).toBe('wait');
  });

  test('but not for ever: then it is what is left beside that one', () => {
    expect(after(4)).toMatchObject({ kind: 'refund', wish: { amount: eur(2_475) }, state: { refunds: [] } });
    expect(after(4, amount)).toMatchObject({ kind: 'become', state: { ended: 'changed my mind' }, say: [] });
  });
});

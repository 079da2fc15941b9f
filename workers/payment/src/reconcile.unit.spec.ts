import { eur } from '@orderflow/contracts/testing';
import { describe, expect, test } from 'vitest';
import { type Bill, deadlineOf, type Payment } from './payment.ts';
import type { ProviderSnapshot, Reconciled, Trigger } from './payment-decision.ts';
import { reconcile } from './reconcile.ts';
import { amount, bill, context, inMinutes, now, otherwise, snapshots, states } from './testing/examples.ts';

const on = (state: Payment, snapshot: ProviderSnapshot, trigger: Trigger, given = context) =>
  reconcile({ state, trigger }, { to: { kind: 'find' }, snapshot }, given);

/** A decision in a word: the new status and +facts; `x` cancels first, `!` flags, `-` ignores. */
function inShort(decision: Reconciled): string {
  const facts = (say: readonly { type: string }[]) => say.map(({ type }) => type.replace('payment.', '+')).join('');
  switch (decision.kind) {
    case 'change':
      return decision.state.status + facts(decision.say);
    case 'call':
      if (decision.call.kind === 'cancel') return `x ${inShort(decision.call.whenCanceled())}`;
      return decision.call.kind === 'refund' ? `refund${facts(decision.call.say)}` : decision.call.kind;
    case 'ignore':
      return '-';
    case 'flag':
      return '!';
    default:
      return decision.kind;
  }
}

const all = { ...states, ...otherwise };
type Row = readonly [keyof typeof all, ...string[]];
const columns = Object.keys(snapshots) as (keyof typeof snapshots)[];

function table(trigger: Trigger, rows: readonly Row[]): void {
  const cells = rows.flatMap(([state, ...expected]) =>
    columns.map((snapshot, index) => ({ state, snapshot, expected: expected[index] })),
  );
  test.each(cells)('$state, and Stripe says $snapshot: $expected', ({ state, snapshot, expected }) => {
    expect(inShort(on(all[state], snapshots[snapshot], trigger))).toBe(expected);
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
  table({ kind: 'attempt', bill }, [
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

describe('a webhook', () => {
  //                 none  refused   open      action_required processing    authorized captured canceled lapsed
  table({ kind: 'webhook' }, [
    ['awaiting_stock', '-', '-', '-', '-', '-', YES, '-', '-', '-'],
    ['awaiting_order', '-', '-', '-', '-', '-', '-', '-', '-', '-'],
    ['action_required', '-', '-', DECLINED, '-', TAKES_TIME, YES, '!', '-', FINAL],
    ['processing', '-', '-', DECLINED, ASKED, 'processing', YES, '!', '-', FINAL],
    ['retry_due', '-', '-', '-', '-', '-', YES, '!', '-', FINAL],
    ['authorized', '-', '-', '-', '-', '-', '-', 'wait', 'wait', VOID],
    ['captured', '-', '-', '-', '-', '-', '-', '-', '-', '-'],
    ['closing', '-', '-', ...close.slice(1)],
    ['expiring', '-', '-', 'x expired', 'x expired', 'closing', X, 'refund', 'expired', VOID],
    ...ended,
  ]);

  test.each([
    ['of another order', { ...snapshots.authorized, orderId: 'o2' }],
    ['that nobody here made', { ...snapshots.authorized, orderId: undefined }],
  ])('of an intent %s is ignored, and stands out in the log', (_, snapshot) => {
    const unexpected = { kind: 'ignore', unexpected: true };
    expect(on(states.not_needed, snapshot as ProviderSnapshot, { kind: 'webhook' })).toMatchObject(unexpected);
  });
});

describe('it is time to ask again', () => {
  //                 none  refused   open      action_required processing    authorized captured canceled lapsed
  table({ kind: 'deadline' }, [
    ['processing', 'processing', 'processing', DECLINED, ASKED, 'processing', YES, '!', 'processing', FINAL],
    ['captured', '-', '-', '-', '-', '-', '-', '-', '-', '-'],
    ['closing', 'not_needed', ...close],
    ['expiring', 'expired', 'expired', 'x expired', 'x expired', 'closing', X, 'refund', 'expired', VOID],
  ]);

  test('and nothing is to be done: a minute later it is time again', () => {
    const ofAnother = { ...snapshots.open, method: 'pm_2' };
    for (const kind of ['deadline', 'expiry'] as const) {
      const stray = on(states.processing, { ...snapshots.canceled, intentId: 'pi_2' }, { kind });
      expect(stray).toMatchObject({ kind: 'change', state: { ...states.processing, lookAt: inMinutes(1) }, say: [] });
    }
    expect(on(states.processing, ofAnother, { kind: 'deadline' })).toMatchObject({ state: { lookAt: inMinutes(1) } });
  });
});

describe('a first request that may still be on its way', () => {
  test.each([
    ['the order has ended', { kind: 'late_attempt', inFlight: true }, 'wait'],
    ['the order has ended, and search has to know', { kind: 'late_attempt', inFlight: false }, '-'],
    ['the time to pay is over', { kind: 'expiry', bill, inFlight: true }, 'wait'],
    ['the time to pay is over, and search has to know', { kind: 'expiry', bill, inFlight: false }, OVER],
  ] as const)('%s, and Stripe knows of nothing: %s', (_, trigger, expected) => {
    const state = trigger.kind === 'expiry' ? states.awaiting_stock : states.not_needed;
    expect(inShort(on(state, undefined, trigger))).toBe(expected);
  });
});

describe('the time to pay is over', () => {
  //                 none  refused   open      action_required processing    authorized captured canceled lapsed
  table({ kind: 'expiry' }, [
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
  table({ kind: 'end', reason: 'changed my mind' }, [
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
  table({ kind: 'capture', because: 'dispatched' }, [
    ['authorized', '!', '!', '!', '!', '!', '!', 'captured+captured', 'wait', '!'],
  ]);
  table({ kind: 'capture', because: 'lapsing' }, [
    ['authorized', '!', '!', '!', '!', '!', '!', 'captured+captured', VOID, VOID],
  ]);
});

describe('an attempt', () => {
  const pay = (over: Partial<Bill>): Trigger => ({ kind: 'attempt', bill: { ...bill, ...over } });

  test.each([
    ['the last one', pay({ attempt: 5 }), CLOSE_FINAL],
    ['one with no time left', pay({ payUntil: inMinutes(0) }), CLOSE_FINAL],
    ['one with time left for another', pay({ attempt: 4 }), DECLINED],
  ])('%s that is declined: %s', (_, trigger, expected) => {
    expect(inShort(on(states.retry_due, snapshots.open, trigger))).toBe(expected);
  });

  test('that no other payment method would help is final at once', () => {
    const hopeless = { ...snapshots.refused, hopeless: true };
    expect(inShort(on(states.awaiting_stock, hopeless, pay({})))).toBe(FINAL);
  });

  test('that was cancelled here is waited for: the event that did so closes the payment', () => {
    for (const because of ['ended', 'abandoned'] as const) {
      const canceled = { ...snapshots.canceled, because };
      expect(inShort(on(states.retry_due, canceled, pay({ attempt: 5 })))).toBe('wait');
      expect(inShort(on(states.action_required, canceled, { kind: 'webhook' }))).toBe('-');
    }
  });

  test('that Stripe refuses, since it processes the one before, is answered by what comes of that', () => {
    const decision = on(states.action_required, snapshots.processing, pay({ attempt: 2 }));
    expect(inShort(decision)).toBe(TAKES_TIME);
    expect(decision).toMatchObject({ state: { attempt: 2, method: 'pm_1' }, say: [{ data: { attempt: 2 } }] });
  });

  test('that is challenged makes the hold longer, once', () => {
    const first = on(states.awaiting_stock, snapshots.action_required, pay({}));
    expect(first).toMatchObject({ state: { payUntil: inMinutes(25), extended: true } });
    const second = on(states.retry_due, snapshots.action_required, pay({ extended: true }));
    expect(second).toMatchObject({ state: { payUntil: inMinutes(10), extended: true } });
  });

  test('that is declined leaves three minutes for another card, and says which card it was, hashed', () => {
    const card = '0123456789abcdef0123456789abcdef';
    const declined = { ...snapshots.open, refusal: { ...snapshots.open.refusal, card } };
    expect(on(states.awaiting_stock, declined, pay({}))).toMatchObject({
      state: { status: 'retry_due', payUntil: inMinutes(3) },
      say: [{ data: { retryUntil: inMinutes(3), card } }],
    });
    expect(on(states.awaiting_stock, declined, pay({ payUntil: inMinutes(2) }))).toMatchObject({
      state: { payUntil: inMinutes(2) },
    });
    const last = on(states.retry_due, declined, pay({ attempt: 5 }));
    expect(last).toMatchObject({ say: [{ data: { final: true, card } }] });
  });

  test('that is the only one an order has is final when declined, and its challenge is short', () => {
    const single = pay({ single: true });
    expect(inShort(on(states.awaiting_stock, snapshots.open, single))).toBe(CLOSE_FINAL);
    expect(on(states.awaiting_stock, snapshots.action_required, single)).toMatchObject({
      state: { status: 'action_required', payUntil: inMinutes(3), single: true },
    });
    expect(on(states.awaiting_stock, snapshots.processing, single)).toMatchObject({ state: { single: true } });
  });

  test('that is authorised is to be captured half a day before it lapses', () => {
    const decision = on(states.awaiting_stock, snapshots.authorized, pay({}));
    const at = Date.parse(snapshots.authorized.captureBefore) - 12 * 3_600_000;
    expect(decision).toMatchObject({ state: { captureAt: new Date(at).toISOString() } });
  });

  test.each([
    ['more', eur(2_976)],
    ['less', eur(2_974)],
    ['as much in another currency', { amount: 2_975, currency: 'USD' }],
  ])('that authorised %s than the order costs is cancelled, and a person looks', (_, authorised) => {
    const snapshot = { ...snapshots.authorized, amount: authorised };
    for (const trigger of [pay({}), { kind: 'webhook' }, { kind: 'expiry', bill }] as const) {
      expect(inShort(on(states.retry_due, snapshot, trigger))).toBe('x !');
    }
  });
});

const whenCanceled = (decision: Reconciled) =>
  decision.kind === 'call' && decision.call.kind === 'cancel' ? decision.call.whenCanceled : expect.unreachable();

describe('a payment that is over, but may still be paid', () => {
  const closing = (state: Payment, trigger: Trigger) => {
    const decision = on(state, snapshots.open, trigger);
    return decision.kind === 'change' ? decision.state : expect.unreachable();
  };
  const last: Trigger = { kind: 'attempt', bill: { ...bill, attempt: 5 } };

  test.each([
    ['expired', closing(states.action_required, { kind: 'expiry' }), states.expired.status],
    ['declined for good', closing(states.action_required, last), states.declined.status],
  ])('%s: it is closed at once, never confirmed, and becomes what was said', (_, state, status) => {
    expect(deadlineOf(state)).toEqual({ name: 'close', at: now });
    const decision = on(state, snapshots.open, { kind: 'webhook' });
    expect(whenCanceled(decision)()).toMatchObject({ state: { status, intentId: 'pi_1' }, say: [] });
    for (const trigger of [{ kind: 'webhook' }, { kind: 'end', reason: 'late' }, last] as const) {
      expect(inShort(on(state, snapshots.authorized, trigger))).toBe(X);
    }
  });

  test('and is paid while it is being cancelled: that is said, and that no order ended before it', () => {
    const decision = on(otherwise.expiring, snapshots.action_required, { kind: 'webhook' });
    const paid = whenCanceled(decision)(amount);
    expect(paid).toMatchObject({ state: { status: 'voided' }, say: [{ type: 'payment.voided' }] });
    expect(paid).not.toHaveProperty('state.ended');
  });

  test('while Stripe processes it, it remembers what it will be', () => {
    for (const state of [otherwise.expiring, states.expired]) {
      const decision = on(state, snapshots.processing, { kind: 'webhook' });
      expect(decision).toMatchObject({ state: { status: 'closing', as: { status: 'expired' } } });
    }
  });
});

describe('the order has one intent', () => {
  const other = { intentId: 'pi_2' };
  test.each([
    ['open', { ...snapshots.open, ...other }, 'x -'],
    ['authorised', { ...snapshots.authorized, ...other }, 'x -'],
    ['captured', { ...snapshots.captured, ...other }, '!'],
    ['cancelled', { ...snapshots.canceled, ...other }, '-'],
  ])('another one that is %s: %s', (_, snapshot, expected) => {
    for (const state of [states.action_required, states.authorized, states.captured, states.voided]) {
      expect(inShort(on(state, snapshot, { kind: 'webhook' }))).toBe(expected);
    }
  });
});

describe('news of an attempt that is not committed yet', () => {
  const another = { method: 'pm_2' };
  test.each([
    ['declined', { ...snapshots.open, ...another }],
    ['challenged', { ...snapshots.action_required, ...another }],
    ['processing', { ...snapshots.processing, ...another }],
  ])('%s: its own reply will tell', (_, snapshot) => {
    for (const state of [states.action_required, states.processing, states.retry_due]) {
      expect(inShort(on(state, snapshot, { kind: 'webhook' }))).toBe('-');
    }
  });
});

describe('what Stripe still processes', () => {
  const later = new Date(now.getTime() + 60_000).toISOString();
  test('is asked for again a minute later, paid or over', () => {
    for (const state of [states.processing, states.closing]) {
      expect(on(state, snapshots.processing, { kind: 'webhook' })).toMatchObject({ state: { lookAt: later } });
      expect(inShort(on({ ...state, lookAt: later }, snapshots.processing, { kind: 'webhook' }))).toBe('-');
    }
  });
});

describe('an ended order whose money was captured', () => {
  const end: Trigger = { kind: 'end', reason: 'changed my mind' };
  const earlier = { refundId: 'a', amount: eur(1_000), lines: [], reason: 'broken', status: 'pending' } as const;

  test('is given back what nobody was given back or promised yet', () => {
    const decision = on({ ...states.captured, refunds: [earlier] }, snapshots.captured, end);
    expect(decision).toMatchObject({
      call: { kind: 'refund', refund: { amount: eur(1_975) }, state: { ended: 'changed my mind' } },
    });
  });

  test('is given nothing more when all of it is on its way', () => {
    const refunds = [{ ...earlier, amount }];
    expect(inShort(on({ ...states.captured, refunds }, snapshots.captured, end))).toBe('captured');
  });

  test('is not given back twice when an earlier try could not say that it had', () => {
    const first = on(states.captured, snapshots.captured, end);
    if (first.kind !== 'call' || first.call.kind !== 'refund') return expect.unreachable();
    const { refundId } = first.call.refund;
    const made = { stripeRefundId: 're_1', refundId, amount, status: 'succeeded' } as const;
    const again = on(states.captured, { ...snapshots.captured, refunds: [made] }, end);
    expect(inShort(again)).toBe('captured+refunded');
  });
});

describe.each(['ended', 'abandoned'] as const)('an authorisation that is cancelled as %s, as we do', (because) => {
  const snapshot = { ...snapshots.canceled, because };

  test('may be our own, which is about to be noted', () => {
    expect(inShort(on(states.authorized, snapshot, { kind: 'webhook' }))).toBe('wait');
    expect(inShort(on(states.authorized, snapshot, { kind: 'capture', because: 'dispatched' }))).toBe('wait');
  });

  test('was cancelled at Stripe by somebody else when nothing of ours is noted for long', () => {
    expect(inShort(on(states.authorized, snapshot, { kind: 'webhook' }, { ...context, attempt: 4 }))).toBe(VOID);
  });
});

describe('an intent is cancelled', () => {
  const cancelled: Trigger = { kind: 'end', reason: 'changed my mind' };
  const expired: Trigger = { kind: 'end', reason: 'not paid in time', unpaid: true };
  const news: Trigger = { kind: 'webhook' };

  test.each([
    ['with an order that is cancelled', states.action_required, cancelled, false],
    ['with an order that has expired', states.action_required, expired, true],
    ['after its order was cancelled', states.closing, news, false],
    ['after the time to pay', otherwise.expiring, news, true],
    ['when a final decline is followed by a success', states.declined, news, true],
    ['when a success follows the end of its order', otherwise.voided_with_order, news, false],
  ] as const)('%s, for that reason', (_, state, trigger, abandoned) => {
    for (const snapshot of [snapshots.open, snapshots.action_required, snapshots.authorized]) {
      expect(on(state, snapshot, trigger)).toMatchObject({ call: { kind: 'cancel', abandoned } });
    }
  });
});

describe('the rest is given back while another refund is being made', () => {
  const underWay = { stripeRefundId: 're_1', refundId: 'r1', amount: eur(500), status: 'succeeded' } as const;
  const end: Trigger = { kind: 'end', reason: 'changed my mind' };
  const after = (attempt: number, amount = underWay.amount) =>
    on(states.captured, { ...snapshots.captured, refunds: [{ ...underWay, amount }] }, end, { ...context, attempt });

  test('which is waited for, so that it is recorded first', () => {
    for (const attempt of [1, 2, 3]) expect(inShort(after(attempt))).toBe('wait');
  });

  test('but not for ever: then it is what is left beside that one', () => {
    expect(after(4)).toMatchObject({
      call: { kind: 'refund', refund: { amount: eur(2_475) }, state: { refunds: [] } },
    });
    expect(after(4, amount)).toMatchObject({ kind: 'change', state: { ended: 'changed my mind' }, say: [] });
  });
});

import {
  OrderErased,
  type OrderflowEvent,
  type OrderStatus,
  orderSchema,
  orderStatusSchema,
} from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { NotYetError } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import { toOrder } from '../api/shown-order.ts';
import { orderDeadlineOf } from '../orders/order-deadlines.ts';
import { orderRecordSchema } from '../orders/order-record.ts';
import type { OrderState } from '../orders/order-state.ts';
import { toRecord } from '../orders/order-view.ts';
import { automaticRefundId } from '../orders/refunds.ts';
import {
  applySteps,
  axesOf,
  commands,
  handle,
  ID,
  parcels,
  parcelsOf,
  placed,
  REST_ID,
  RETURN_ID,
  says,
  saysAbout,
  TIME,
  TOTAL,
  timeOut,
} from '../testing/order-history.ts';
import { orderProcess } from './worker.ts';

const { one, two, three } = parcels;
const A = '01a204cb-b25e-7e7a-9b23-8211823ed00a';
const bought = [says.reserved(), says.authorized()];
const boughtInTwo = [says.reservedInTwo(), says.authorized()];
const dataOf = ({ said }: ReturnType<typeof applySteps>, type: string) => said.find((fact) => fact.type === type)?.data;
const NEEDS_INPUT = new Set(['cancelRequested', 'refunded', 'refundFailed', 'capturedByHand', 'unsecuredAs']);
const everything = (): OrderflowEvent[] => [
  ...Object.entries(says).flatMap(([name, say]) => (NEEDS_INPUT.has(name) ? [] : [(say as () => OrderflowEvent)()])),
  ...[says.cancelRequested('pending'), says.refunded(REST_ID, 5), says.refundFailed(REST_ID, 5)],
];

describe('the main road', () => {
  test('step by step', () => {
    const { states } = applySteps([...bought, says.created(), says.dispatched(), says.captured(), says.delivered()]);
    expect(states.map(axesOf)).toEqual([
      'pending none none',
      'pending authorizing none',
      'confirmed authorized none',
      'confirmed authorized created',
      'shipped authorized dispatched',
      'shipped captured dispatched',
      'delivered captured delivered',
    ]);
  });

  test('a confirmed order says all that delivery needs, its parcels among it', () => {
    expect(dataOf(applySteps(boughtInTwo), 'order.confirmed')).toEqual({
      lines: placed.lines,
      parcels: [one, two],
      address: placed.address,
      contact: placed.contact,
      shippingMethod: 'standard',
      dispatchAfter: placed.cancelUntil,
      total: TOTAL,
    });
  });

  test('an authorised payment waits for the parcels to be known', () => {
    expect(() => handle(says.authorized(), placed)).toThrow(NotYetError);
  });

  test('an order in two parcels shows how far each has come, and where the first one is', () => {
    const created = applySteps([...boughtInTwo, says.created(two), says.created(one)]);
    expect(created.state.tracking).toMatchObject({ number: 'OF1', eta: '2026-01-04T12:00:00.000Z' });
    const partly = applySteps([says.dispatched(two)], created);
    expect([axesOf(partly.state), parcelsOf(partly.state)]).toEqual([
      'shipped authorized partially_dispatched',
      '1 created, 2 dispatched',
    ]);
    const half = applySteps([says.dispatched(one), says.delivered(two)], partly);
    expect(axesOf(half.state)).toBe('shipped authorized dispatched');
    expect(axesOf(applySteps([says.delivered(one)], half).state)).toBe('delivered authorized delivered');
  });
});

describe('paying', () => {
  test('a challenge is due until its deadline, which the hold is extended to', () => {
    const { state } = applySteps([says.reserved(), says.challenged()]);
    expect(state).toMatchObject({
      payment: 'action_required',
      intentId: 'pi_1',
      holdUntil: '2026-01-01T12:30:00.000Z',
      paymentDue: { need: 'challenge', attempt: 1, until: '2026-01-01T12:30:00.000Z' },
    });
  });

  test('a decline that is not final asks for another card; a challenge of that attempt asks for nothing any more', () => {
    const { state } = applySteps([says.reserved(), says.declined(), says.challenged()]);
    const due = {
      need: 'retry',
      attempt: 1,
      attemptsLeft: 4,
      code: 'card_declined',
      until: '2026-01-01T12:15:00.000Z',
    };
    expect(state).toMatchObject({ status: 'pending', payment: 'authorizing', paymentDue: due });
  });

  test('what comes of an earlier attempt says nothing about this one', () => {
    const retried = applySteps([says.reserved(), says.challenged(), commands.retry(2)]);
    const { state } = applySteps([says.challenged(1), says.declined(1)], retried);
    expect(state).toMatchObject({ payment: 'authorizing', paymentAttempt: 2 });
    expect(state.paymentDue).toBeUndefined();
    expect(applySteps([says.challenged(2)], retried).state.paymentDue).toMatchObject({ need: 'challenge', attempt: 2 });
  });

  test.each([
    ['out of stock', says.rejected(), 'rejected none none', 'Out of stock: The mug is sold out', ['order.rejected']],
    [
      'the last decline',
      says.declined(5, true),
      'payment_failed failed none',
      'The payment was declined: Your card was declined.',
      [],
    ],
    ['nobody paid', says.unpaid(), 'expired failed none', 'The order was not paid in time', ['order.expired']],
  ] as const)('%s ends the order', (_, event, axes, reason, said) => {
    const history = applySteps([event]);
    expect([axesOf(history.state), history.state.reason]).toEqual([axes, reason]);
    expect(history.said.map(({ type }) => type)).toEqual(said);
  });

  test('what was voided at Stripe before we heard that it was authorised is not shipped', () => {
    expect(axesOf(applySteps([says.reserved(), says.voided(), says.authorized()]).state)).toBe('pending voided none');
  });
});

describe('what has ended stays ended', () => {
  const terminal: OrderStatus[] = ['rejected', 'payment_failed', 'cancelled', 'expired', 'delivered'];
  test.each(terminal)('%s, whatever event comes', (status) => {
    const ended = { ...applySteps(boughtInTwo).state, status };
    const after = everything().map((event) => [event.type, applySteps([event], ended).state.status]);
    expect(after).toEqual(everything().map(({ type }) => [type, status]));
  });

  test.each(['cancelling', 'cancelled', 'rejected', 'payment_failed', 'expired'] as const)(
    'money for an order that is %s never revives it: it is noted, and payment gives it back',
    (status) => {
      const history = applySteps([says.authorized()], { ...placed, status });
      expect(axesOf(history.state)).toBe(`${status} authorized none`);
      expect(history.said).toEqual([]);
      expect(history.state.timeline.at(-1)?.text).toMatch(/too late: it will be given back/);
    },
  );

  test('a parcel that leaves or arrives all the same is for staff to look at', () => {
    const ended = { ...applySteps(bought).state, status: 'cancelled' as const };
    expect(applySteps([says.dispatched()], ended).state.attention).toBe(
      'Parcel 1 has left although the order is cancelled',
    );
    expect(applySteps([says.delivered()], ended).state.attention).toBe(
      'Parcel 1 was delivered although the order is cancelled',
    );
  });
});

describe('cancelling', () => {
  test('the command is on the timeline once: the gateway put it there', () => {
    const command = says.cancelRequested('pending');
    const entry = { eventId: command.id, type: command.type, source: '/gateway', at: TIME, text: 'You asked' };
    const { state } = applySteps([commands.cancel('pending'), command], { ...placed, timeline: [entry] });
    expect(state.timeline).toEqual([entry]);
    expect(state).toMatchObject({ status: 'cancelled', reason: 'Changed my mind' });
  });

  test('a confirmed order is only cancelled once delivery has answered', () => {
    const asked = applySteps([...bought, commands.cancel('confirmed'), says.cancelRequested('confirmed')]);
    expect(axesOf(asked.state)).toBe('cancelling authorized none');
    const answered = applySteps([says.shipmentCancelled()], asked);
    expect(axesOf(answered.state)).toBe('cancelled authorized cancelled');
    expect(dataOf(answered, 'order.cancelled')).toEqual({ reason: 'Changed my mind', cause: 'customer' });
  });

  test.each([
    ['the customer asked', [commands.cancel('confirmed'), says.shipmentCancelled()], 'customer'],
    ['staff asked', [commands.cancel('confirmed', 'staff'), says.shipmentCancelled()], 'staff'],
    ['the customer asked, and each parcel was stopped', [commands.cancel('confirmed'), says.stopped()], 'customer'],
    ['the only parcel was lost', [says.dispatched(), says.lost()], 'undeliverable'],
    [
      'the customer asked too late, and the parcel was lost',
      [commands.cancel('confirmed'), says.dispatched(), says.lost()],
      'undeliverable',
    ],
  ] as const)('the end says why, for who writes to the customer: %s', (_, steps, cause) => {
    expect(dataOf(applySteps([...bought, ...steps]), 'order.cancelled')).toMatchObject({ cause });
  });

  test('the end says which parcels had left, for who gives the stock back', () => {
    const { parcels } = applySteps(bought).state;
    const [parcelId] = parcels.map((parcel) => parcel.parcelId);
    expect(dataOf(applySteps([...bought, says.lost()]), 'order.cancelled')).toMatchObject({ left: [parcelId] });
    expect(dataOf(applySteps([...bought, says.stopped()]), 'order.cancelled')).not.toHaveProperty('left');
  });

  test('a parcel that had left says that it was too late', () => {
    const { state } = applySteps([...bought, commands.cancel('confirmed'), says.dispatched()]);
    expect(state.status).toBe('shipped');
    expect(state.timeline.at(-1)?.text).toBe(
      'It was too late to cancel: the parcel is on its way with Parcelway already',
    );
  });
});

describe('what is owed back', () => {
  const shippedOne = [...boughtInTwo, says.dispatched(two)];

  test('is asked for with the capture, when a parcel could not be shipped before', () => {
    const refused = applySteps([...shippedOne, says.refused(one)]);
    expect(refused.said.map(({ type }) => type)).toEqual(['order.confirmed']);
    expect(dataOf(applySteps([says.captured()], refused), 'order.refund_requested')).toEqual({
      refundId: automaticRefundId(ID, '1'),
      amount: eur(1_666),
      lines: one.lines,
      reason: 'Parcel 1: it is ADDRESS',
      cause: 'not_sent',
      restock: false,
      actor: 'system',
    });
  });

  test('is asked for once, however often we hear why', () => {
    const twice = applySteps([
      ...shippedOne,
      says.captured(),
      says.refused(one),
      says.parcelReleased(),
      says.refused(one),
    ]);
    expect(twice.said.filter(({ type }) => type === 'order.refund_requested')).toHaveLength(1);
    expect(twice.state.refunds).toHaveLength(1);
  });

  test('waits for inventory while another warehouse may have it', () => {
    const waiting = applySteps([...shippedOne, says.captured(), says.refusedHere(one)]);
    expect([parcelsOf(waiting.state), waiting.state.refunds]).toEqual(['1 reserved, 2 dispatched', []]);
    expect(parcelsOf(applySteps([says.reallocated()], waiting).state)).toBe('1 replaced, 2 dispatched, 3 reserved');
    expect(applySteps([says.parcelReleased()], waiting).state.refunds).toHaveLength(1);
    expect(() => handle(says.reallocated(), placed)).toThrow(NotYetError);
    expect(() => handle(says.parcelReleased(), placed)).toThrow(NotYetError);
    expect(() => handle(says.created(three), placed)).toThrow(NotYetError);
  });

  test('is left to payment once nothing else of the order remains', () => {
    const lost = applySteps([
      ...shippedOne,
      says.captured(),
      says.dispatched(one),
      says.cameBack(one),
      says.cameBack(two),
    ]);
    expect(axesOf(lost.state)).toBe('cancelled captured failed');
    expect(lost.said.map(({ type }) => type)).toEqual([
      ...['order.confirmed', 'order.refund_requested', 'order.cancelled'],
    ]);
    // The rest payment gives back by itself, since the order has ended.
    expect(lost.state.refunds.map(({ amount, restock }) => [amount.amount, restock])).toEqual([[1_666, false]]);
  });

  test('of an order that is cancelled is left to payment', () => {
    const lost = applySteps([...bought, says.dispatched(), says.captured(), says.lost()]);
    expect(lost.said.map(({ type }) => type)).toEqual(['order.confirmed', 'order.cancelled']);
  });

  test('is less where staff were quicker, and is never more than was captured', () => {
    const generous = applySteps([
      ...shippedOne,
      says.captured(),
      commands.refund(A, TOTAL.amount - 10),
      says.refused(one),
    ]);
    expect(generous.state.refunds.map(({ amount }) => amount.amount)).toEqual([TOTAL.amount - 10, 10]);
    const all = applySteps([...shippedOne, says.captured(), commands.refund(A, TOTAL.amount), says.refused(one)]);
    expect(all.state.refunds).toHaveLength(1);
    expect(all.state.attention).toBeUndefined();
  });

  test.each([
    ['not_sent', [says.refused(one)]],
    ['not_sent', [says.stopped(one)]],
    ['lost', [says.lost(one)]],
    ['returned_to_sender', [says.cameBack(one)]],
  ] as const)('says why, and puts nothing on the shelf: %s', (cause, steps) => {
    const fact = dataOf(applySteps([...shippedOne, says.captured(), ...steps]), 'order.refund_requested');
    expect(fact).toMatchObject({ cause, restock: false });
  });

  test('a return that has arrived is refunded; staff inspect it before it is sold again', () => {
    const delivered = applySteps([
      ...bought,
      says.delivered(),
      says.captured(),
      commands.sendBack(),
      says.returnCreated(),
    ]);
    expect(delivered.state.returns).toMatchObject([{ status: 'created', tracking: { number: 'OF1' } }]);
    const returned = applySteps([says.returnReceived()], delivered);
    expect(dataOf(returned, 'order.refund_requested')).toMatchObject({
      refundId: automaticRefundId(ID, RETURN_ID),
      amount: eur(1_666),
      restock: false,
      cause: 'returned',
      reason: 'Returned: too small',
    });
    expect(axesOf(returned.state)).toBe('delivered captured delivered');
    expect(returned.state).toMatchObject({ toInspect: true, returns: [{ warehouse: 'HAMBURG' }] });
  });
});

describe('refunds', () => {
  const captured = applySteps([...bought, says.dispatched(), says.captured(), commands.refund(A, 1_000)]);

  test('show on the payment, in part and in full', () => {
    const part = applySteps([says.refunded(A, 1_000)], captured);
    expect(part.state).toMatchObject({ payment: 'partially_refunded', refunded: eur(1_000) });
    const whole = applySteps([says.refunded(REST_ID, TOTAL.amount - 1_000)], part);
    expect(whole.state).toMatchObject({ payment: 'refunded', refunded: TOTAL });
    expect(whole.state.refunds.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });

  test('have the time at which Stripe gave the money back, as what is said of them has', () => {
    const later = saysAbout(ID, '2026-01-03T09:00:00.000Z');
    expect(applySteps([later.refunded(A, 1_000), later.refunded(REST_ID, 5)], captured).state.refunds).toMatchObject([
      { refundId: A, at: '2026-01-03T09:00:00.000Z' },
      { refundId: REST_ID, at: '2026-01-03T09:00:00.000Z' },
    ]);
  });

  test('leave what had been given back in all with each, as the credit notes that are mailed have it', () => {
    const both = [says.refunded(A, 1_000), says.refunded(REST_ID, 5, 1_005)];
    expect(applySteps(both, captured).state.refundedUntil).toEqual({ [A]: eur(1_000), [REST_ID]: eur(1_005) });
  });

  test('one that fails leaves the payment as it was', () => {
    const { state } = applySteps([says.refundFailed(A, 1_000)], captured);
    expect(state).toMatchObject({ payment: 'captured', refunds: [{ refundId: A, status: 'failed' }] });
  });

  test('one that fails after it had succeeded has failed, also when we hear it the other way round', () => {
    for (const events of [
      [says.refunded(A, 1_000), says.refundFailed(A, 1_000)],
      [says.refundFailed(A, 1_000), says.refunded(A, 1_000)],
    ]) {
      const { state } = applySteps(events, captured);
      expect(state).toMatchObject({ payment: 'captured', refunds: [{ status: 'failed' }] });
      expect(state.refunded).toBeUndefined();
    }
  });

  test('one that fails because everything has been given back already is nobody’s concern', () => {
    const { state } = applySteps([says.refunded(REST_ID, TOTAL.amount), says.refundFailed(A, 1_000)], captured);
    expect(state.attention).toBeUndefined();
  });

  test('that found nothing left, since everything went back when the order ended, is nobody’s trouble', () => {
    const { state } = applySteps([says.refundFailed(A, 1_000, 'nothing_left')], captured);
    expect(state).toMatchObject({ refunds: [{ refundId: A, status: 'failed' }] });
    expect(state.attention).toBeUndefined();
  });
});

describe('a timeout', () => {
  const shipped = applySteps([...bought, says.created(), says.dispatched()]);
  test.each([
    ['placed', placed, 'payment', '2026-01-01T12:25:00.000Z'],
    ['held', applySteps([says.reserved()]).state, 'payment', '2026-01-01T12:10:00.000Z'],
    ['challenged', applySteps([says.reserved(), says.challenged()]).state, 'payment', '2026-01-01T12:40:00.000Z'],
    [
      'cancelling',
      applySteps([...bought, commands.cancel('confirmed')]).state,
      'cancellation',
      '2026-01-01T12:10:00.000Z',
    ],
    ['confirmed', applySteps(bought).state, 'dispatch', '2026-01-04T12:01:00.000Z'],
    ['shipped', shipped.state, 'delivery', '2026-01-18T12:00:00.000Z'],
    [
      'shipped without an expected arrival',
      applySteps([...bought, says.dispatched()]).state,
      'delivery',
      '2026-01-15T12:00:00.000Z',
    ],
  ] as const)('an order that is %s has a deadline', (_name, state, name, at) => {
    expect(orderDeadlineOf(state)).toEqual({ name, at: new Date(at) });
  });

  test('every state that is not an end has a deadline, and no other', () => {
    const ends = ['delivered', 'rejected', 'payment_failed', 'cancelled', 'expired'];
    for (const status of orderStatusSchema.options) {
      const due = orderDeadlineOf({ ...shipped.state, status });
      expect(due === null, status).toBe(ends.includes(status));
    }
  });

  const processed = applySteps([says.reserved(), says.processing()]);

  test('an order that the bank is still processing waits for days, and then for staff', () => {
    expect(orderDeadlineOf(processed.state)).toEqual({ name: 'processing', at: new Date('2026-01-08T12:00:00.000Z') });
    const { state, say } = timeOut(processed.state);
    expect([axesOf(state), say]).toEqual(['pending authorizing none', []]);
    expect(state.attention).toBe('The bank has not said by 2026-01-08T12:00:00.000Z whether the order is paid');
    expect(orderDeadlineOf(state)).toBeNull();
  });

  test.each([
    ['declined', says.declined(), 'payment', '2026-01-01T12:25:00.000Z'],
    ['authorised', says.authorized(), 'dispatch', '2026-01-04T12:01:00.000Z'],
    ['not paid in time', says.unpaid(), undefined, ''],
  ] as const)('what the bank answers ends the waiting, for staff too: %s', (_, answer, name, at) => {
    for (const from of [processed.state, timeOut(processed.state).state]) {
      const { state } = applySteps([answer], from);
      expect(state).not.toHaveProperty('attention');
      expect(state).not.toHaveProperty('processing');
      expect(orderDeadlineOf(state)).toEqual(name === undefined ? null : { name, at: new Date(at) });
    }
  });

  test('an order that nobody paid expires', () => {
    const { state, say } = timeOut(applySteps([says.reserved()]).state);
    expect(axesOf(state)).toBe('expired failed none');
    expect(say.map(({ type }) => type)).toEqual(['order.expired']);
  });

  test.each([
    ['cancelling', applySteps([...bought, commands.cancel('confirmed')]), says.shipmentCancelled()],
    ['confirmed', applySteps(bought), says.dispatched()],
    ['shipped', shipped, says.delivered()],
  ])('staff are asked to look at an order that is %s, once, until it moves', (_, history, mover) => {
    const { state, say } = timeOut(history.state);
    expect(state.attention).toMatch(/by 2026-01-/);
    expect(say).toEqual([]);
    expect(axesOf(state)).toBe(axesOf(history.state));
    expect(orderDeadlineOf(state)).toBeNull();
    // Neither a mail nor the capture moves a parcel.
    expect(applySteps([says.noticed(), says.captured()], state).state.attention).toBeDefined();
    expect(applySteps([mover], state).state.attention).toBeUndefined();
  });
});

describe('the timeline', () => {
  test.each(everything().map((event) => [event.type, event] as const))('%s is on it, in words', (_, event) => {
    for (const status of orderStatusSchema.options) {
      const { state } = applySteps([event], { ...applySteps(boughtInTwo).state, timeline: [], status });
      const { id: eventId, type, source, time: at } = event;
      expect(state.timeline).toEqual([{ eventId, type, source, at, text: expect.stringMatching(/\w+ \w+/) }]);
    }
  });
});

test('what our servers say of themselves is not told to the customer', () => {
  const { timeline } = applySteps([says.notNoticed(), says.released()]).state;
  expect(timeline.map(({ text }) => text)).toEqual([
    'We could not tell you by e-mail that the order is confirmed',
    'We no longer hold the items for you',
  ]);
});

test('every fact that order-process hears about an order is in these specs', () => {
  // Nothing is decided when an order is erased: `erase-order.unit.spec.ts`.
  const projected: ReadonlySet<string> = new Set([...orderProcess.projects, OrderErased].map(({ type }) => type));
  const heard = orderProcess.hears.map(({ type }) => type).filter((type) => !projected.has(type));
  expect(new Set(everything().map(({ type }) => type))).toEqual(new Set(heard));
});

test('the owner sees an order that is as the API promises, and nothing that is ours alone', () => {
  const { state } = applySteps([
    ...bought,
    commands.cancel('confirmed'),
    says.dispatched(),
    says.captured(),
    says.lost(),
  ]);
  const record = toRecord(ID, 5, state as OrderState);
  expect(orderRecordSchema.strict().parse(record)).toEqual(record);
  const shown = toOrder(record, { now: new Date(TIME), returnWindowDays: 30 });
  expect(orderSchema.strict().parse(shown)).toEqual(shown);
  for (const name of [
    'intentId',
    'cancel',
    'idempotencyKey',
    'bodyHash',
    'traceparent',
    'searchedEmail',
    'holdUntil',
  ]) {
    expect(shown).not.toHaveProperty(name);
  }
});

test('a fact about an order that does not exist is dead-lettered', () => {
  expect(handle(says.reserved(), null)).toMatchObject({ kind: 'flag' });
});

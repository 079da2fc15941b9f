import { NotYetError } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import type { Correspondence, Notice, Waiting } from './correspondence.ts';
import { deadlineOf, decideWaiting, nextTry, withdrawn, withOvertaken, without, withQueue } from './decide-waiting.ts';
import { eraseCorrespondence } from './erase-correspondence.ts';
import { anOrder, tracking } from './testing/orders.ts';

const now = new Date('2026-11-22T23:00:00.000Z');
const phone = '+4915112345678';
const contact = { email: 'alice@example.com', phone };
const usual = { from: '22:00', until: '07:00', timeZone: 'Europe/Berlin' };
const morning = new Date('2026-11-23T06:00:00.000Z');
const notice = (kind: 'order_dispatched' | 'order_delivered', occasion = '1'): Notice => ({
  kind,
  occasion,
  tracking,
  lines: [],
});
const waits = (over: Partial<Waiting> = {}): Waiting => ({
  notice: notice('order_dispatched'),
  since: now.toISOString(),
  until: now.toISOString(),
  tries: 0,
  ...over,
});
const express = (waiting: Waiting[], over: Partial<Correspondence> = {}) =>
  anOrder({ contact, shippingMethod: 'express', waiting, ...over });

describe('an SMS whose moment has come', () => {
  const decide = (order: Correspondence, given: Partial<Parameters<typeof decideWaiting>[2]> = {}) =>
    decideWaiting(order.waiting[0] ?? waits(), order, { now, preferences: undefined, usual: undefined, ...given });

  test('is sent', () => {
    expect(decide(express([waits()]))).toEqual({ kind: 'send', to: phone });
  });

  test('waits while it is quiet, by the customer’s clock or else the usual one', () => {
    const order = express([waits()]);
    expect(decide(order, { usual })).toEqual({ kind: 'postpone', until: morning });
    const tokyo = { from: '23:00', until: '09:00', timeZone: 'Asia/Tokyo' };
    expect(decide(order, { usual, preferences: { notices: {}, quietHours: tokyo } })).toEqual({
      kind: 'postpone',
      until: new Date('2026-11-23T00:00:00.000Z'),
    });
    expect(decide(order, { usual, preferences: { notices: {}, quietHours: null } })).toMatchObject({ kind: 'send' });
  });

  test('is dropped when the parcel has arrived meanwhile', () => {
    const delivered = {
      kind: 'order_delivered',
      occasion: '1',
      channel: 'email',
      at: '',
      outcome: 'sent',
      providerId: '1',
    } as const;
    expect(decide(express([waits()], { notices: [delivered] }))).toMatchObject({ kind: 'drop' });
    expect(decide(express([waits()], { notices: [{ ...delivered, occasion: '2' }] }))).toMatchObject({ kind: 'send' });
  });

  test('is dropped when the customer no longer wants it', () => {
    const preferences = { notices: { order_dispatched: { sms: false } } };
    expect(decide(express([waits()]), { preferences })).toMatchObject({ kind: 'drop' });
  });

  test('does not overtake itself', () => {
    const challenge: Notice = {
      kind: 'payment_declined',
      occasion: '1',
      code: 'x',
      message: 'x',
      attemptsLeft: 1,
      final: false,
    };
    const preferences = { notices: { payment_declined: { sms: true } } };
    expect(decide(express([waits({ notice: challenge })]), { preferences })).toMatchObject({ kind: 'send' });
  });
});

describe('the queue', () => {
  const later = waits({ notice: notice('order_delivered'), until: '2026-11-23T06:00:00.000Z' });

  test('has the deadline of the SMS that comes first, each its own', () => {
    expect(deadlineOf(anOrder())).toBeNull();
    expect(deadlineOf(express([later]))).toEqual({ name: 'sms.order_delivered.1:0', at: morning });
    expect(deadlineOf(express([later, waits()]))).toEqual({ name: 'sms.order_dispatched.1:0', at: now });
    const [one, other] = [waits(), waits({ notice: notice('order_dispatched', '2') })];
    expect(deadlineOf(express([one, other]))).not.toEqual(deadlineOf(express([other])));
  });

  test('never comes back to a deadline that it had, so that each is taken for a new one', () => {
    const first = express([waits()]);
    const displaced = withQueue(first, [
      ...first.waiting,
      waits({ notice: notice('order_delivered', '2'), until: '2026-01-01T00:00:00.000Z' }),
    ]);
    const back = withQueue(displaced, [
      waits(),
      ...displaced.waiting.slice(1).map((one) => ({ ...one, until: later.until })),
    ]);
    const names = [first, displaced, back, without(back.waiting[0] ?? waits(), back)].map(
      (order) => deadlineOf(order)?.name,
    );
    expect(names.every((name) => name !== undefined)).toBe(true);
    expect(new Set(names).size).toBe(4);
  });

  test('marks what later news makes pointless, and keeps it until it is known whether it went out', () => {
    const order = express([waits(), waits({ notice: notice('order_dispatched', '2') })]);
    const marked = withOvertaken({ kind: 'order_delivered', occasion: '1' }, order);
    expect(marked.waiting).toEqual([{ ...order.waiting[0], overtakenBy: 'order_delivered.1' }, order.waiting[1]]);
    expect(deadlineOf(marked)).toEqual(deadlineOf(order));
    const given = { now, preferences: undefined, usual };
    expect(decideWaiting(marked.waiting[0] ?? waits(), marked, given)).toMatchObject({ kind: 'drop', to: phone });
    expect(withOvertaken({ kind: 'order_delivered', occasion: '3' }, order)).toBe(order);
    expect(withOvertaken({ kind: 'order_delivered', occasion: '1' }, marked)).toBe(marked);
  });
});

test('an SMS that waits when its customer is erased is due and dropped, and until then nothing is erased', () => {
  const order = express([waits({ until: morning.toISOString() }), waits({ notice: notice('order_delivered') })]);
  expect(() => eraseCorrespondence(order)).toThrow(NotYetError);
  const out = withdrawn(order, now);
  expect(withdrawn(out, now)).toBe(out);
  expect(deadlineOf(out)?.at).toEqual(now);
  for (const one of out.waiting) {
    const decided = decideWaiting(one, out, { now, preferences: undefined, usual });
    expect(decided).toEqual({ kind: 'drop', reason: 'its customer was erased', to: phone });
  }
  expect(eraseCorrespondence({ ...out, waiting: [] }).contact).not.toMatchObject({ phone });
});

describe('an SMS that failed', () => {
  const delays = [1_000, 5_000, 300_000];
  const pause = (tries: number) => {
    const next = nextTry(waits({ tries }), now, delays);
    return next && (next.getTime() - now.getTime()) / 1_000;
  };

  test('is tried again after pauses that grow to an hour', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 50].map(pause)).toEqual([1, 5, 300, 600, 1_200, 2_400, 3_600, 3_600, 3_600]);
  });

  test('is given up after a day', () => {
    const since = (ms: number) => new Date(now.getTime() - ms).toISOString();
    expect(nextTry(waits({ since: since(24 * 3_600_000) }), now, delays)).toBeDefined();
    expect(nextTry(waits({ since: since(24 * 3_600_000 + 1) }), now, delays)).toBeUndefined();
  });
});

import { type Channel, type NoticeKind, noticeKindSchema, type Preferences } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import type { Correspondence, Notice, NoticeSent } from './correspondence.ts';
import { isTaken, overtaken, wantedRecipients } from './decide-notices.ts';
import { anOrder, everyNotice, tracking } from './testing/orders.ts';

const kinds = noticeKindSchema.options;
const urgent = ['order_dispatched', 'order_delivered'] as const;
const phone = '+4915112345678';
const email = { channel: 'email', to: 'alice@example.com' };
const sms = { channel: 'sms', to: phone };
const contact = { email: 'alice@example.com', phone };
const express = anOrder({ contact, shippingMethod: 'express' });
const choosing = (kind: NoticeKind, choice: Partial<Record<Channel, boolean>>): Preferences => ({
  notices: { [kind]: choice },
});
const now = new Date('2026-11-22T12:00:00.000Z');
const past = (kind: NoticeKind, occasion?: string, channel: Channel = 'email'): NoticeSent => ({
  kind,
  channel,
  ...(occasion === undefined ? {} : { occasion }),
  at: now.toISOString(),
  outcome: 'sent',
  providerId: '1',
});

describe('a customer who has chosen nothing', () => {
  test.each(kinds)('hears of %s of a standard order by e-mail only, even with a phone', (kind) => {
    expect(wantedRecipients(kind, anOrder({ contact }), undefined)).toEqual([email]);
    expect(wantedRecipients(kind, anOrder({ contact }), { notices: {} })).toEqual([email]);
  });

  test.each(kinds)('hears of %s of an express order without a phone by e-mail only', (kind) => {
    expect(wantedRecipients(kind, anOrder({ shippingMethod: 'express' }), undefined)).toEqual([email]);
  });

  test.each(kinds)('hears of %s of an express order by SMS too if it is urgent', (kind) => {
    const isUrgent = (urgent as readonly string[]).includes(kind);
    expect(wantedRecipients(kind, express, undefined)).toEqual(isUrgent ? [email, sms] : [email]);
  });
});

describe('a customer’s choice', () => {
  test.each(kinds)('turns SMS on for %s, also of a standard order', (kind) => {
    expect(wantedRecipients(kind, anOrder({ contact }), choosing(kind, { sms: true }))).toEqual([email, sms]);
    expect(wantedRecipients(kind, anOrder(), choosing(kind, { sms: true }))).toEqual([email]);
  });

  test.each(urgent)('turns SMS off for %s', (kind) => {
    expect(wantedRecipients(kind, express, choosing(kind, { sms: false }))).toEqual([email]);
  });

  test.each(kinds.filter((kind) => kind !== 'payment_action_required'))('turns e-mail off for %s', (kind) => {
    expect(wantedRecipients(kind, anOrder({ contact }), choosing(kind, { email: false }))).toEqual([]);
    expect(wantedRecipients(kind, anOrder({ contact }), choosing(kind, { email: false, sms: true }))).toEqual([sms]);
  });

  test('cannot turn off the e-mail without which the order cannot go on', () => {
    const off = choosing('payment_action_required', { email: false, sms: false });
    expect(wantedRecipients('payment_action_required', express, off)).toEqual([email]);
  });

  test('for one kind is not one for another', () => {
    expect(wantedRecipients('order_cancelled', express, choosing('order_expired', { email: false }))).toEqual([email]);
  });
});

describe('what is done or waits', () => {
  const order = anOrder({
    notices: [past('order_dispatched', '1'), past('order_confirmed')],
    waiting: [
      { notice: { kind: 'order_delivered', occasion: '1', tracking, lines: [] }, since: '', until: '', tries: 0 },
    ],
  });
  test.each([
    [{ kind: 'order_confirmed' }, 'email', true],
    [{ kind: 'order_confirmed' }, 'sms', false],
    [{ kind: 'order_dispatched', occasion: '1' }, 'email', true],
    [{ kind: 'order_dispatched', occasion: '2' }, 'email', false],
    [{ kind: 'order_delivered', occasion: '1' }, 'sms', true],
    [{ kind: 'order_delivered', occasion: '1' }, 'email', false],
    [{ kind: 'order_delivered', occasion: '2' }, 'sms', false],
  ] as const)('%j by %s is taken: %s', (key, channel, taken) => {
    expect(isTaken(key, channel, order)).toBe(taken);
  });
});

describe('an overtaken notice', () => {
  const because = (notice: Notice, ...notices: NoticeSent[]) => overtaken(notice, anOrder({ notices }), now);
  const decline = (attempt: number, over: object = {}): Notice => ({
    ...{ kind: 'payment_declined', occasion: String(attempt), code: 'x', message: 'x', attemptsLeft: 1, final: false },
    ...over,
  });
  const challenge = (attempt: number, deadline = '2026-11-22T12:00:00.001Z'): Notice => ({
    kind: 'payment_action_required',
    occasion: String(attempt),
    deadline,
  });

  test.each(everyNotice)('is not %s of an order of which nothing was sent', (_, notice) => {
    expect(because(notice)).toBeUndefined();
  });

  test.each(['order_cancelled', 'payment_captured', 'order_dispatched', 'order_delivered'] as const)(
    'is a confirmation after %s',
    (kind) => {
      expect(because({ kind: 'order_confirmed' }, past(kind))).toBe(`the customer knows: ${kind}`);
    },
  );

  test('is how to send a return that has failed, not another', () => {
    const created: Notice = { kind: 'return_created', occasion: 'r1', tracking, lines: [] };
    expect(because(created, past('return_failed', 'r1'))).toBe('the customer knows: return_failed.r1');
    expect(because(created, past('return_failed', 'r2'))).toBeUndefined();
  });

  test('is a dispatch of a parcel that has come to its end, not of another', () => {
    const dispatched: Notice = { kind: 'order_dispatched', occasion: '1', tracking, lines: [] };
    expect(because(dispatched, past('order_delivered', '1'))).toBe('the customer knows: order_delivered.1');
    expect(because(dispatched, past('shipment_failed', '1'))).toBe('the customer knows: shipment_failed.1');
    expect(because(dispatched, past('order_delivered', '2'))).toBeUndefined();
  });

  test.each(['order_confirmed', 'order_cancelled', 'order_expired'] as const)(
    'is asking for another card or a confirmation after %s',
    (kind) => {
      expect(because(decline(1), past(kind))).toBeDefined();
      expect(because(challenge(1), past(kind))).toBeDefined();
    },
  );

  test('is what an earlier attempt asks for, not of a later one', () => {
    expect(because(decline(1), past('payment_declined', '2'))).toBeDefined();
    expect(because(decline(1), past('payment_action_required', '2'))).toBeDefined();
    expect(because(decline(2), past('payment_declined', '1'))).toBeUndefined();
    expect(because(decline(1), past('payment_action_required', '1'))).toBeUndefined();
    expect(because(challenge(1), past('payment_declined', '1'))).toBeDefined();
    expect(because(challenge(2), past('payment_declined', '1'))).toBeUndefined();
  });

  test('is one whose time is over', () => {
    expect(because(challenge(1))).toBeUndefined();
    expect(because(challenge(1, now.toISOString()))).toBe('its time is over');
    expect(because(decline(1, { retryUntil: now.toISOString() }))).toBe('its time is over');
    expect(because(decline(1, { retryUntil: '2026-11-22T12:00:00.001Z' }))).toBeUndefined();
  });

  test('is not a decline that ended the order', () => {
    expect(because(decline(1, { final: true, retryUntil: now.toISOString() }), past('order_expired'))).toBeUndefined();
  });

  test('is one whose later news waits in the queue', () => {
    const waiting: Correspondence['waiting'] = [
      { notice: { kind: 'order_delivered', occasion: '1', tracking, lines: [] }, since: '', until: '', tries: 0 },
    ];
    const dispatched: Notice = { kind: 'order_dispatched', occasion: '1', tracking, lines: [] };
    expect(overtaken(dispatched, anOrder({ waiting }), now)).toBe('the customer knows: order_delivered.1');
  });
});

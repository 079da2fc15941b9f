import { type NoticeKind, noticeKindSchema } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { dueRecipients, type NoticeSent, overtaken } from './decide-notices.ts';
import { anOrder } from './testing/orders.ts';

const kinds = noticeKindSchema.options;
const phone = '+4915112345678';
const email = { channel: 'email', to: 'alice@example.com' };
const sms = { channel: 'sms', to: phone };
const express = anOrder({ contact: { email: 'alice@example.com', phone }, shippingMethod: 'express' });
const told = (kind: NoticeKind, channel: 'email' | 'sms'): NoticeSent => ({
  kind,
  channel,
  at: '2026-01-01T12:00:00.000Z',
  outcome: 'sent',
  providerId: '1',
});

describe('due recipients', () => {
  test.each(kinds)('%s of a standard order goes by e-mail only, even with a phone', (kind) => {
    expect(dueRecipients(kind, anOrder({ contact: express.contact }))).toEqual([email]);
  });

  test.each(kinds)('%s of an express order without a phone goes by e-mail only', (kind) => {
    expect(dueRecipients(kind, anOrder({ shippingMethod: 'express' }))).toEqual([email]);
  });

  test.each(['order_dispatched', 'order_delivered'] as const)('%s of an express order goes by SMS too', (kind) => {
    expect(dueRecipients(kind, express)).toEqual([email, sms]);
  });

  test.each(kinds.filter((kind) => kind !== 'order_dispatched' && kind !== 'order_delivered'))(
    '%s of an express order goes by e-mail only',
    (kind) => {
      expect(dueRecipients(kind, express)).toEqual([email]);
    },
  );

  test('what was told on a channel is not told there again', () => {
    const dispatched = [told('order_dispatched', 'email')];
    expect(dueRecipients('order_dispatched', { ...express, notices: dispatched })).toEqual([sms]);
    expect(dueRecipients('order_delivered', { ...express, notices: dispatched })).toEqual([email, sms]);
    const both = [...dispatched, told('order_dispatched', 'sms')];
    expect(dueRecipients('order_dispatched', { ...express, notices: both })).toEqual([]);
  });
});

describe('an overtaken notice', () => {
  test('is a confirmation of what the customer knows to be cancelled', () => {
    const order = anOrder({ notices: [told('order_cancelled', 'email')] });
    expect(overtaken('order_confirmed', order)).toBe('the customer knows that the order is cancelled');
  });

  test.each(kinds)('is not %s of an order of which nothing was told', (kind) => {
    expect(overtaken(kind, anOrder())).toBeUndefined();
  });

  test.each(kinds.filter((kind) => kind !== 'order_confirmed'))('is not %s after a cancellation', (kind) => {
    expect(overtaken(kind, anOrder({ notices: [told('order_cancelled', 'email')] }))).toBeUndefined();
  });
});

import { NotificationFailed, NotificationSent, type Preferences } from '@orderflow/contracts';
import { callFirst, change, ignore } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import type { Correspondence, Notice, NoticeSent } from './correspondence.ts';
import { decideNotify, type NotifyAnswers } from './decide-notify.ts';
import { anOrder } from './testing/orders.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const at = now.toISOString();
const notice: Notice = { kind: 'order_confirmed' };
const decide = (order: Correspondence, answers: NotifyAnswers = {}, preferences?: Preferences) =>
  decideNotify(order, notice, answers, { preferences, usualQuietHours: undefined, now });
const done = (over: object): NoticeSent => ({
  ...{ kind: 'order_confirmed', channel: 'email', at, outcome: 'sent', providerId: '<1>' },
  ...over,
});
const order = anOrder();
const unwanted: Preferences = { notices: { order_confirmed: { email: false } } };
const reason = 'the customer does not want to be told: order_confirmed';

describe('a notice', () => {
  test('by e-mail is sent first, and then noted and published', () => {
    expect(decide(order)).toEqual(callFirst({ kind: 'send_email', to: order.contact.email }));
    const email = { outcome: 'sent', providerId: '<1>' } as const;
    const published = NotificationSent.of({ kind: 'order_confirmed', channel: 'email', providerId: '<1>' });
    expect(decide(order, { email })).toEqual(
      change({ ...order, notices: [done({ content: { kind: 'order_confirmed' } })] }, [published]),
    );
  });

  test('that its provider refuses is published as failed', () => {
    const email = { outcome: 'failed', reason: 'no such mailbox' } as const;
    const published = NotificationFailed.of({ kind: 'order_confirmed', channel: 'email', reason: 'no such mailbox' });
    expect(decide(order, { email })).toMatchObject({ kind: 'change', say: [published] });
  });

  test('that is not wanted is kept from being sent, unless a try has begun to send it', () => {
    expect(decide(order, {}, unwanted)).toEqual(callFirst({ kind: 'bar_email', reason }));
    expect(decide(order, { isBarred: true }, unwanted)).toEqual(ignore(reason));
    const seenThrough = callFirst({ kind: 'send_email', to: order.contact.email });
    expect(decide(order, { isBarred: false }, unwanted)).toEqual(seenThrough);
  });

  test('that the customer has is ignored', () => {
    expect(decide(anOrder({ notices: [done({})] }))).toEqual(ignore('the customer knows: order_confirmed'));
  });

  test('by SMS goes into the queue', () => {
    const both: Preferences = { notices: { order_confirmed: { email: false, sms: true } } };
    const known = anOrder({ contact: { email: 'a@example.com', phone: '+4915112345678' } });
    const decision = decide(known, { isBarred: true }, both);
    const waiting = [{ notice, since: at, until: at, tries: 0 }];
    expect(decision).toEqual(change({ ...known, waiting, turns: 1 }));
  });

  test('that overtakes an SMS marks it, also when it is not sent itself', () => {
    const waiting = [{ notice, since: at, until: at, tries: 0 }];
    const cancelled: Notice = { kind: 'order_cancelled', cause: 'customer' };
    const preferences: Preferences = { notices: { order_cancelled: { email: false } } };
    const input = { preferences, usualQuietHours: undefined, now };
    expect(decideNotify(anOrder({ waiting }), cancelled, { isBarred: true }, input)).toMatchObject({
      kind: 'change',
      state: { waiting: [{ overtakenBy: 'order_cancelled' }], notices: [{ outcome: 'dropped' }] },
      say: [],
    });
  });
});

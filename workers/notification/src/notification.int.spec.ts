import { createHash, randomUUID } from 'node:crypto';
import { NotificationDelivered, NotificationFailed, NotificationSent } from '@orderflow/contracts';
import { creditNotePdf, invoicePdf } from '@orderflow/documents';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { facts, refundId } from './testing/events.ts';
import { SETTLE_MS, STALE_AFTER_MS, startNotificationFixture } from './testing/notification-fixture.ts';
import { anIssuedCreditNote, anIssuedInvoice } from './testing/orders.ts';

let fixture: Awaited<ReturnType<typeof startNotificationFixture>>;
beforeAll(async () => {
  fixture = await startNotificationFixture(inject('infrastructure'));
});
afterEach(async () => {
  Object.assign(fixture.switches, { failNextCommit: false, failNextSettle: false, blind: false, blindTexts: false });
  Object.assign(fixture.switches, { slowCommitMs: 0, patienceMs: 0 });
  await fixture.providers.reset();
});
afterAll(() => fixture.close());

const { confirmed, dispatched, delivered, cancelled, declined, captured, tracked } = facts;
const failures = () =>
  fixture.workers.metrics.failed.get().then(({ values }) => values.reduce((sum, { value }) => sum + value, 0));
const phoneNumber = () => `+49151${String(Math.random()).slice(2, 10)}`;
const express = () => ({ phone: phoneNumber(), shippingMethod: 'express' as const });
const saidOf = (orderId: string, type: string) =>
  fixture.workers.heard.filter((event) => event.subject === orderId && event.type === type);

describe('a customer is written to', () => {
  test.each([
    ['order_confirmed', undefined, confirmed, 'is confirmed'],
    ['order_rejected', undefined, facts.shortOf, 'sold out'],
    ['order_expired', undefined, facts.expired, 'has expired'],
    ['payment_declined', '1', declined, 'was declined'],
    ['payment_action_required', '1', facts.actionRequired, 'confirm your payment'],
    ['payment_captured', undefined, captured, 'Invoice'],
    ['payment_refunded', refundId, facts.refunded, 'back'],
    ['order_dispatched', '1', dispatched, 'is on its way'],
    ['order_delivered', '1', delivered, 'was delivered'],
    ['shipment_failed', '1', facts.lost, 'will not arrive'],
    ['return_created', refundId, facts.returnCreated, 'your return'],
    ['return_failed', refundId, facts.returnFailed, 'did not work out'],
    ['order_cancelled', undefined, cancelled, 'is cancelled'],
  ] as const)('once for %s (occasion %s)', async (kind, occasion, event, subject) => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    await fixture.publish(event(orderId));

    const { data } = await fixture.sent(orderId, kind);
    const name = occasion === undefined ? kind : `${kind}.${occasion}`;
    const providerId = `<${orderId}.${name}@orderflow.shop.example>`;
    expect(data).toEqual({ kind, channel: 'email', providerId, ...(occasion === undefined ? {} : { occasion }) });
    const [mail, ...others] = await fixture.providers.mails(orderId);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ to: [`${orderId}@example.com`], messageId: providerId });
    expect(mail?.subject).toContain(subject);
  });

  test('by SMS too about an express parcel', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.placedAndKnown(orderId, customer);
    await fixture.publish(dispatched(orderId));
    const { data } = await fixture.sent(orderId, 'order_dispatched', 'sms');
    const received = await fixture.providers.textsTo(customer.phone);
    expect(received).toMatchObject([{ sid: data.providerId, body: expect.stringContaining('/P1') }]);
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
  });

  test('and the ledger keeps the words of an SMS no longer than it may be looked for by them', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    const id = `${orderId}:a test:sms`;
    const entry = () =>
      fixture.workers.database.collection<{ _id: string; body?: string }>('sends').findOne({ _id: id });
    await fixture.ledger.claim(id, 'me', new Date(), `To ${customer.phone}`);
    await fixture.ledger.markUnsure(id, 'me', new Date());
    expect((await entry())?.body).toContain(customer.phone);
    await fixture.ledger.settle(id, 'me', { outcome: 'sent', providerId: 'SM1' }, new Date());
    expect(await entry()).toMatchObject({ state: 'settled', delivered: { providerId: 'SM1' } });
    expect(await entry()).not.toHaveProperty('body');
  });

  test('of each parcel and each attempt, on both channels', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.placedAndKnown(orderId, customer);
    await fixture.publish(
      declined(orderId, 1),
      declined(orderId, 2),
      dispatched(orderId, '1'),
      dispatched(orderId, '2'),
    );
    for (const parcel of ['1', '2']) {
      await fixture.sent(orderId, 'order_dispatched', 'email', parcel);
      await fixture.sent(orderId, 'order_dispatched', 'sms', parcel);
    }
    await fixture.sent(orderId, 'payment_declined', 'email', '2');
    const bodies = (await fixture.providers.textsTo(customer.phone)).map(({ body }) => body);
    expect(bodies).toHaveLength(2);
    expect(bodies.join()).toMatch(/P1.*P2|P2.*P1/s);
  });

  test('only once the order is known', async () => {
    const orderId = randomUUID();
    const before = await failures();
    await fixture.publish(confirmed(orderId));
    await eventually('a retry', async () => (await failures()) > before);
    expect(await fixture.providers.mails(orderId)).toEqual([]);
    await fixture.publish(facts.placed(orderId));
    await fixture.sent(orderId, 'order_confirmed');
  });

  test('not of a parcel that another warehouse may send', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    const event = facts.refusedHere(orderId);
    await fixture.publish(event);
    expect(await fixture.ignored(orderId, event.id)).toBe('another warehouse may send the parcel');
    expect(await fixture.providers.mails(orderId)).toEqual([]);
  });

  test('of a parcel that no other warehouse can send either, once', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    await fixture.publish(facts.refusedHere(orderId), facts.givenUp(orderId));
    await fixture.sent(orderId, 'shipment_failed', 'email', '1');
    const [again, all] = [facts.lost(orderId), facts.released(orderId)];
    await fixture.publish(again, all);
    expect(await fixture.ignored(orderId, again.id)).toBe('the customer knows: shipment_failed');
    expect(await fixture.ignored(orderId, all.id)).toBe('the end of the order is told by itself');
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
  });

  test.each([
    ['a cancellation', 'order_cancelled', cancelled, 'evil.example', 'You asked us to cancel it.'],
    ['a refund', 'payment_refunded', facts.refunded, 'fraud', 'Reason: returned by you'],
  ] as const)(
    'of %s in our words, not in those of the person who asked for it',
    async (_, kind, event, theirs, ours) => {
      const orderId = randomUUID();
      await fixture.placedAndKnown(orderId);
      await fixture.publish(event(orderId));
      await fixture.sent(orderId, kind);
      const [mail] = await fixture.providers.mails(orderId);
      const { text, html } = await fixture.providers.opened(mail?.id ?? '');
      expect(text).toContain(ours);
      expect(text + html).not.toContain(theirs);
    },
  );

  test('not that the order is confirmed once they know that it is cancelled', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    await fixture.publish(cancelled(orderId));
    await fixture.sent(orderId, 'order_cancelled');
    const event = confirmed(orderId);
    await fixture.publish(event);
    expect(await fixture.ignored(orderId, event.id)).toBe('the customer knows: order_cancelled');
  });
});

describe('a document goes along', () => {
  const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const opened = async (orderId: string) => {
    const [mail] = await fixture.providers.mails(orderId);
    const { attachments, text } = await fixture.providers.opened(mail?.id ?? '');
    return { attachments, text, bytes: () => fixture.providers.attachment(mail?.id ?? '') };
  };

  test('the invoice with the capture, to the byte as it was issued, in whatever language that was', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId, { locale: 'de' });
    const document = anIssuedInvoice();
    const issued = await invoicePdf({ ...document, orderId });
    await fixture.publish(captured(orderId, { document, digest: digestOf(issued) }));
    await fixture.sent(orderId, 'payment_captured');
    const { attachments, text, bytes } = await opened(orderId);
    expect(attachments).toMatchObject([{ filename: 'INV-2026-000042.pdf', contentType: 'application/pdf' }]);
    expect((await bytes()).equals(issued)).toBe(true);
    expect(text).toContain('INV-2026-000042 finden Sie im Anhang');
  });

  test('the credit note with the refund', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    const document = anIssuedCreditNote();
    const issued = await creditNotePdf({ ...document, orderId });
    await fixture.publish(facts.refunded(orderId, { document, digest: digestOf(issued) }));
    await fixture.sent(orderId, 'payment_refunded');
    const { attachments, bytes } = await opened(orderId);
    expect(attachments).toMatchObject([{ filename: 'CN-2026-000007.pdf' }]);
    expect((await bytes()).equals(issued)).toBe(true);
  });

  test('or none, where our version would make other bytes than were issued: the letter says where it is', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    await fixture.publish(captured(orderId));
    await fixture.sent(orderId, 'payment_captured');
    const { attachments, text } = await opened(orderId);
    expect(attachments).toEqual([]);
    expect(text).toContain('INV-2026-000042 is on the page of your order');
  });
});

describe('a customer’s preferences', () => {
  test('turn a kind off, and the reason is kept', async () => {
    const orderId = randomUUID();
    await fixture.prefers(orderId, { notices: { order_confirmed: { email: false } } });
    await fixture.placedAndKnown(orderId);
    const event = confirmed(orderId);
    await fixture.publish(event, cancelled(orderId));
    expect(await fixture.ignored(orderId, event.id)).toBe('the customer does not want to be told: order_confirmed');
    await fixture.sent(orderId, 'order_cancelled');
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
  });

  test('turn SMS on, and choose the language', async () => {
    const [orderId, phone] = [randomUUID(), phoneNumber()];
    await fixture.prefers(orderId, { locale: 'de', notices: { order_confirmed: { sms: true, email: false } } });
    await fixture.placedAndKnown(orderId, { phone });
    await fixture.publish(confirmed(orderId));
    await fixture.sent(orderId, 'order_confirmed', 'sms');
    expect(await fixture.providers.textsTo(phone)).toMatchObject([{ body: expect.stringContaining('ist bestätigt') }]);
    expect(await fixture.providers.mails(orderId)).toEqual([]);
  });

  test('count by their version, in whatever order they come', async () => {
    const orderId = randomUUID();
    const none = { email: false };
    await fixture.prefers(orderId, { notices: { order_confirmed: none, order_dispatched: none } }, 2);
    const handled = () =>
      fixture.workers.metrics.handled.get().then(({ values }) => values.reduce((sum, { value }) => sum + value, 0));
    const before = await handled();
    await fixture.publish(facts.preferred(orderId, { notices: {} }, 1));
    await eventually('the older one was heard', async () => (await handled()) > before);
    await fixture.placedAndKnown(orderId);
    const event = confirmed(orderId);
    await fixture.publish(event);
    expect(await fixture.ignored(orderId, event.id)).toContain('does not want');
    await fixture.prefers(orderId, { notices: {} }, 3);
    await fixture.publish(dispatched(orderId));
    await fixture.sent(orderId, 'order_dispatched');
  });

  test('of which many come at once leave the latest', async () => {
    const customerId = randomUUID();
    const versions = Array.from({ length: 12 }, (_, n) => n + 1).toSorted(() => Math.random() - 0.5);
    await fixture.publish(
      ...versions.map((n) => facts.preferred(customerId, { locale: n === 12 ? 'de' : 'en', notices: {} }, n)),
    );
    const store = fixture.workers.database.collection<{ _id: string; version: number; preferences: object }>(
      'preferences',
    );
    await eventually('the latest', async () => (await store.findOne({ _id: customerId }))?.version === 12);
    expect(await store.findOne({ _id: customerId })).toMatchObject({ version: 12, preferences: { locale: 'de' } });
  });
});

describe('in quiet hours', () => {
  /** From an hour ago until in an hour. */
  const quietNow = () => {
    const timeOf = (hours: number) =>
      new Date(fixture.workers.clock.now().getTime() + hours * 3_600_000).toISOString().slice(11, 16);
    return { notices: {}, quietHours: { from: timeOf(-1), until: timeOf(1), timeZone: 'UTC' } };
  };
  const waits = (orderId: string, count = 1) =>
    eventually('an SMS waits', async () => (await fixture.documentOf(orderId))?.waiting.length === count);

  test('an SMS waits until they end, the e-mail does not', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.prefers(orderId, quietNow());
    await fixture.placedAndKnown(orderId, customer);
    await fixture.publish(dispatched(orderId));
    await fixture.sent(orderId, 'order_dispatched');
    await waits(orderId);
    fixture.workers.clock.advance(30 * 60_000);
    await fixture.publish(captured(orderId));
    await fixture.sent(orderId, 'payment_captured');
    expect(await fixture.providers.textsTo(customer.phone)).toEqual([]);
    fixture.workers.clock.advance(31 * 60_000);
    await fixture.sent(orderId, 'order_dispatched', 'sms');
    expect(await fixture.providers.textsTo(customer.phone)).toHaveLength(1);
  });

  test('what is overtaken is dropped, and what overtook it is sent in the morning', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.prefers(orderId, quietNow());
    await fixture.placedAndKnown(orderId, customer);
    await fixture.publish(dispatched(orderId, '1'), dispatched(orderId, '2'));
    await waits(orderId, 2);
    await fixture.publish(delivered(orderId, '1'));
    await fixture.sent(orderId, 'order_delivered');
    fixture.workers.clock.advance(61 * 60_000);
    await fixture.sent(orderId, 'order_delivered', 'sms');
    await fixture.sent(orderId, 'order_dispatched', 'sms', '2');
    const bodies = (await fixture.providers.textsTo(customer.phone)).map(({ body }) => body);
    expect(bodies).toHaveLength(2);
    expect(bodies.join()).not.toContain('/P1');
    expect((await fixture.documentOf(orderId))?.notices).toContainEqual(
      expect.objectContaining({ kind: 'order_dispatched', occasion: '1', channel: 'sms', outcome: 'dropped' }),
    );
  });

  test('news by SMS only, of a kind that is not wanted otherwise, overtakes too', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    const quiet = quietNow();
    await fixture.prefers(orderId, { ...quiet, notices: { order_delivered: { email: false, sms: false } } });
    await fixture.placedAndKnown(orderId, customer);
    await fixture.publish(dispatched(orderId));
    await fixture.sent(orderId, 'order_dispatched');
    await waits(orderId);
    await fixture.publish(delivered(orderId));
    await eventually('it is overtaken', async () => (await fixture.documentOf(orderId))?.waiting[0]?.overtakenBy);
    fixture.workers.clock.advance(61 * 60_000);
    await waits(orderId, 0);
    expect(await fixture.providers.textsTo(customer.phone)).toEqual([]);
    const { notices = [] } = (await fixture.documentOf(orderId)) ?? {};
    expect(notices.map(({ kind, channel, outcome }) => [kind, channel, outcome])).toEqual([
      ['order_dispatched', 'email', 'sent'],
      ['order_delivered', 'email', 'dropped'],
      ['order_dispatched', 'sms', 'dropped'],
    ]);
  });

  test('that the customer ends while an SMS waits changes nothing before it is looked at, and then it is sent', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.prefers(orderId, quietNow());
    await fixture.placedAndKnown(orderId, customer);
    await fixture.publish(delivered(orderId));
    await waits(orderId);
    await fixture.prefers(orderId, { notices: {}, quietHours: null }, 2);
    fixture.workers.clock.advance(61 * 60_000);
    await fixture.sent(orderId, 'order_delivered', 'sms');
  });
});

describe('nothing is sent twice', () => {
  test('when both replicas get the same event at once', async () => {
    await fixture.providers.failMail({ latency: 150 });
    const orderIds: string[] = Array.from({ length: 5 }, () => randomUUID());
    for (const orderId of orderIds) await fixture.placedAndKnown(orderId);
    const events = orderIds.map(confirmed);
    await fixture.publish(...events.flatMap((event) => [event, event, event]));
    for (const orderId of orderIds) {
      await fixture.sent(orderId, 'order_confirmed');
      expect(await fixture.providers.mails(orderId)).toHaveLength(1);
    }
    const ids = fixture.workers.heard.filter((e) => orderIds.includes(e.subject) && e.source === '/notification');
    expect(new Set(ids.map(({ id }) => id)).size).toBe(orderIds.length);
  });

  test('when two events say the same', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.placedAndKnown(orderId, customer);
    await fixture.publish(dispatched(orderId), dispatched(orderId));
    await fixture.sent(orderId, 'order_dispatched', 'sms');
    await fixture.publish(cancelled(orderId));
    await fixture.sent(orderId, 'order_cancelled');
    expect(await fixture.providers.mails(orderId)).toHaveLength(2);
    expect(await fixture.providers.textsTo(customer.phone)).toHaveLength(1);
  });

  test('when the process dies between send and commit', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    Object.assign(fixture.switches, { failNextCommit: true, blind: true });
    await fixture.publish(dispatched(orderId));
    await fixture.sent(orderId, 'order_dispatched');
    expect(fixture.switches.failNextCommit).toBe(false);
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
  });

  test('when the process dies while it sends, and the message comes again as a new one after it was overtaken', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    await fixture.ledger.claim(
      `${orderId}:order_dispatched.1:email`,
      'a process that died',
      fixture.workers.clock.now(),
    );
    await fixture.publish(delivered(orderId));
    await fixture.sent(orderId, 'order_delivered');
    await fixture.publish(dispatched(orderId));
    fixture.workers.clock.advance(STALE_AFTER_MS + SETTLE_MS);
    await fixture.sent(orderId, 'order_dispatched');
    expect(await fixture.providers.mails(orderId)).toHaveLength(2);
  });

  test('when the process dies between the send of an SMS and its commit', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.prefers(orderId, { notices: { order_dispatched: { email: false, sms: true } } });
    await fixture.placedAndKnown(orderId, customer);
    fixture.switches.failNextCommit = true;
    await fixture.publish(dispatched(orderId));
    await fixture.sent(orderId, 'order_dispatched', 'sms');
    expect(fixture.switches.failNextCommit).toBe(false);
    expect(await fixture.providers.textsTo(customer.phone)).toHaveLength(1);
  });

  test('when a try that has read the order is stopped, and goes on after others have dropped the mail', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    await fixture.publish(delivered(orderId));
    await fixture.sent(orderId, 'order_delivered');
    const event = dispatched(orderId);
    await fixture.publish(event);
    expect(await fixture.ignored(orderId, event.id)).toContain('the customer knows');
    const id = `${orderId}:order_dispatched.1:email`;
    const claimed = await fixture.ledger.claim(id, 'the slow try', fixture.workers.clock.now());
    expect(claimed).toMatchObject({ state: 'settled', delivered: { outcome: 'dropped' } });
    expect(await fixture.ledger.takeOver(id, claimed.claimId, 'the slow try', fixture.workers.clock.now())).toBe(false);
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
  });

  test('when it is overtaken while it goes out: then it is noted as sent', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.placedAndKnown(orderId, customer);
    fixture.switches.slowCommitMs = 700;
    await fixture.publish(confirmed(orderId));
    await eventually('the mail arrives', async () => (await fixture.providers.mails(orderId)).length > 0);
    await fixture.publish(cancelled(orderId));
    await fixture.sent(orderId, 'order_cancelled');
    await fixture.sent(orderId, 'order_confirmed');
    expect(await fixture.providers.mails(orderId)).toHaveLength(2);
  });

  test('when an SMS is overtaken while it goes out: then it is noted as sent', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.prefers(orderId, { notices: { order_dispatched: { email: false, sms: true } } });
    await fixture.placedAndKnown(orderId, customer);
    fixture.switches.slowCommitMs = 700;
    await fixture.publish(dispatched(orderId));
    await eventually('it arrives', async () => (await fixture.providers.textsTo(customer.phone)).length > 0);
    await fixture.publish(delivered(orderId));
    await fixture.sent(orderId, 'order_delivered');
    await fixture.sent(orderId, 'order_dispatched', 'sms');
    await fixture.sent(orderId, 'order_delivered', 'sms');
    expect(await fixture.providers.textsTo(customer.phone)).toHaveLength(2);
    expect((await fixture.documentOf(orderId))?.waiting).toEqual([]);
  });

  test('when an SMS that may have gone out is overtaken before that is known', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.prefers(orderId, { notices: { order_dispatched: { email: false, sms: true } } });
    await fixture.placedAndKnown(orderId, customer);
    await fixture.providers.failTexts({ failAfter: 1 });
    fixture.switches.blindTexts = true;
    await fixture.publish(dispatched(orderId));
    await eventually('a try', async () => ((await fixture.documentOf(orderId))?.waiting[0]?.tries ?? 0) > 0);
    await fixture.publish(delivered(orderId));
    await eventually('it is overtaken', async () => (await fixture.documentOf(orderId))?.waiting[0]?.overtakenBy);
    fixture.switches.blindTexts = false;
    fixture.workers.clock.advance(3_600_000);
    await fixture.sent(orderId, 'order_dispatched', 'sms');
    await fixture.sent(orderId, 'order_delivered', 'sms');
    expect(await fixture.providers.textsTo(customer.phone)).toHaveLength(2);
  });

  test('when the process dies before the ledger knows of the mail', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    fixture.switches.failNextSettle = true;
    await fixture.publish(confirmed(orderId));
    await fixture.sent(orderId, 'order_confirmed');
    expect(fixture.switches.failNextSettle).toBe(false);
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
  });

  test('when the mail server takes a mail and its answer is lost', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    await fixture.providers.failMail({ failAfter: 1, match: orderId });
    await fixture.publish(confirmed(orderId));
    await fixture.sent(orderId, 'order_confirmed');
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
  });

  test('when the mail server accepts a mail long after we have hung up', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    await fixture.providers.failMail({ latency: 2_000, match: orderId });
    fixture.switches.patienceMs = 700;
    await fixture.publish(confirmed(orderId));
    await eventually('a try that ended without an answer', async () => {
      return (await fixture.ledger.entryOf(`${orderId}:order_confirmed:email`))?.state === 'unsure';
    });
    expect(await fixture.providers.mails(orderId)).toEqual([]);
    await fixture.sent(orderId, 'order_confirmed');
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
    expect(await fixture.providers.mailCalls(orderId)).toBe(1);
  });

  test('when an SMS that may have gone out would have other words by now', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.prefers(orderId, { notices: { order_dispatched: { email: false } } });
    await fixture.placedAndKnown(orderId, customer);
    await fixture.providers.failTexts({ failAfter: 1 });
    fixture.switches.blindTexts = true;
    await fixture.publish(dispatched(orderId));
    await eventually('a try', async () => ((await fixture.documentOf(orderId))?.waiting[0]?.tries ?? 0) > 0);
    await fixture.prefers(orderId, { locale: 'de', notices: { order_dispatched: { email: false } } }, 2);
    fixture.switches.blindTexts = false;
    await fixture.sent(orderId, 'order_dispatched', 'sms');
    const bodies = (await fixture.providers.textsTo(customer.phone)).map(({ body }) => body);
    expect(bodies).toEqual([expect.stringContaining('is on its way')]);
  });

  test('when Twilio takes an SMS and its answer is lost', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.placedAndKnown(orderId, customer);
    await fixture.providers.failTexts({ failAfter: 1 });
    await fixture.publish(delivered(orderId));
    await fixture.sent(orderId, 'order_delivered', 'sms');
    expect(await fixture.providers.textsTo(customer.phone)).toHaveLength(1);
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
  });
});

describe('a message is sent in the end', () => {
  test('when the mail server fails twice and then works', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    await fixture.providers.failMail({ failNext: 2, match: orderId });
    await fixture.publish(confirmed(orderId));
    await fixture.sent(orderId, 'order_confirmed');
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
  });

  test('when Twilio answers 503 twice and then works', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.placedAndKnown(orderId, customer);
    await fixture.providers.failTexts({ failNext: 2 });
    await fixture.publish(dispatched(orderId));
    await eventually('a try that failed', async () => {
      return (await fixture.ledger.entryOf(`${orderId}:order_dispatched.1:sms`))?.state === 'unsure';
    });
    fixture.workers.clock.advance(SETTLE_MS);
    await fixture.sent(orderId, 'order_dispatched', 'sms');
    expect(await fixture.providers.textsTo(customer.phone)).toHaveLength(1);
  });

  test('when a replica died after its claim, before it sent: not before the claim is stale', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    await fixture.ledger.claim(`${orderId}:order_confirmed:email`, 'the dead one', fixture.workers.clock.now());
    await fixture.publish(confirmed(orderId));
    for (const ms of [STALE_AFTER_MS, SETTLE_MS]) {
      const before = await failures();
      await eventually('tries that wait', async () => (await failures()) > before + 2);
      expect(await fixture.providers.mails(orderId)).toEqual([]);
      fixture.workers.clock.advance(ms);
    }
    await fixture.sent(orderId, 'order_confirmed');
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
  });
});

describe('an SMS that fails', () => {
  test('keeps no e-mail waiting, of this order or another, while Twilio is down', async () => {
    const [orderId, other, customer] = [randomUUID(), randomUUID(), express()];
    await fixture.placedAndKnown(orderId, customer);
    await fixture.placedAndKnown(other);
    await fixture.providers.failTexts({ outage: true });
    await fixture.publish(dispatched(orderId));
    await fixture.sent(orderId, 'order_dispatched');
    await eventually(
      'tries that failed',
      async () => ((await fixture.documentOf(orderId))?.waiting[0]?.tries ?? 0) > 2,
    );
    await fixture.publish(confirmed(other), delivered(orderId));
    await fixture.sent(other, 'order_confirmed');
    await fixture.sent(orderId, 'order_delivered');
    expect(saidOf(orderId, NotificationSent.type)).toHaveLength(2);
    await fixture.providers.reset();
    fixture.workers.clock.advance(3_600_000);
    await fixture.sent(orderId, 'order_delivered', 'sms');
    expect(await fixture.providers.textsTo(customer.phone)).toHaveLength(1);
  });

  test('for good is a fact, and the e-mail goes out all the same', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId, { phone: '+15005550009', shippingMethod: 'express' });
    await fixture.publish(dispatched(orderId));
    const { data } = await fixture.workers.fact(NotificationFailed, orderId);
    const reason = expect.stringContaining('21614');
    expect(data).toEqual({ kind: 'order_dispatched', occasion: '1', channel: 'sms', reason });
    await fixture.sent(orderId, 'order_dispatched');
    expect(await fixture.providers.mails(orderId)).toHaveLength(1);
  });

  test('for a day is given up', async () => {
    const [orderId, customer] = [randomUUID(), express()];
    await fixture.placedAndKnown(orderId, customer);
    await fixture.providers.failTexts({ outage: true });
    await fixture.publish(delivered(orderId));
    await eventually(
      'a try that failed',
      async () => ((await fixture.documentOf(orderId))?.waiting[0]?.tries ?? 0) > 0,
    );
    fixture.workers.clock.advance(25 * 3_600_000);
    const { data } = await fixture.workers.fact(NotificationFailed, orderId);
    expect(data).toMatchObject({ kind: 'order_delivered', channel: 'sms' });
    expect((await fixture.documentOf(orderId))?.waiting).toEqual([]);
  });
});

describe('what became of a message', () => {
  const sentTo = async (event: typeof confirmed) => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    await fixture.publish(event(orderId));
    const { data } = await fixture.workers.fact(NotificationSent, orderId);
    return { orderId, ...data };
  };

  test('is published once, however often the provider reports it', async () => {
    const { orderId, providerId } = await sentTo(confirmed);
    const words = Array.from({ length: 3 }, () => tracked(orderId, 'email', providerId, 'delivered'));
    await fixture.publish(...words, ...words);
    const { data } = await fixture.workers.fact(NotificationDelivered, orderId);
    expect(data).toEqual({ kind: 'order_confirmed', channel: 'email', providerId });
    await eventually('all are handled', async () => {
      const hops = (await fixture.documentOf(orderId))?.hops ?? {};
      return words.every(({ id }) => id in hops);
    });
    expect(new Set(saidOf(orderId, NotificationDelivered.type).map(({ id }) => id)).size).toBe(1);
    expect((await fixture.documentOf(orderId))?.notices).toMatchObject([{ tracked: { status: 'delivered' } }]);
  });

  test('is that it came back, also after it was delivered, and that stays', async () => {
    const { orderId, providerId } = await sentTo(confirmed);
    await fixture.publish(tracked(orderId, 'email', providerId, 'delivered'));
    await fixture.workers.fact(NotificationDelivered, orderId);
    await fixture.publish(tracked(orderId, 'email', providerId, 'failed'));
    const { data } = await fixture.workers.fact(NotificationFailed, orderId);
    expect(data).toEqual({ kind: 'order_confirmed', channel: 'email', providerId, reason: 'as the provider says' });
    const late = tracked(orderId, 'email', providerId, 'delivered');
    await fixture.publish(late);
    expect(await fixture.ignored(orderId, late.id)).toBe('it has failed, and that is final');
  });

  test('is known before our own commit, and waits for it', async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId);
    fixture.switches.slowCommitMs = 500;
    await fixture.publish(confirmed(orderId));
    const providerId = `<${orderId}.order_confirmed@orderflow.shop.example>`;
    await eventually('the mail arrives', async () => (await fixture.providers.mails(orderId)).length > 0);
    await fixture.publish(tracked(orderId, 'email', providerId, 'delivered'));
    await fixture.workers.fact(NotificationDelivered, orderId);
    const types = fixture.workers.heard.filter((e) => e.subject === orderId).map(({ type }) => type);
    expect(types.indexOf('notification.delivered')).toBeGreaterThan(types.indexOf('notification.sent'));
  });

  test('is of no interest where the message is not ours', async () => {
    const { orderId } = await sentTo(confirmed);
    const unknown = tracked(orderId, 'sms', 'SM404', 'failed');
    await fixture.publish(unknown);
    expect(await fixture.ignored(orderId, unknown.id)).toBe('we sent no such message');
    expect(saidOf(orderId, NotificationFailed.type)).toEqual([]);
  });
});

describe('an address that was mended', () => {
  const bounced = async () => {
    const orderId = randomUUID();
    await fixture.placedAndKnown(orderId, { email: `bounce+${orderId}@example.com` });
    await fixture.publish(confirmed(orderId), captured(orderId));
    const first = await fixture.sent(orderId, 'order_confirmed');
    await fixture.sent(orderId, 'payment_captured');
    await fixture.publish(tracked(orderId, 'email', first.data.providerId, 'failed'));
    await fixture.workers.fact(NotificationFailed, orderId);
    return { orderId, email: `right-${orderId}@example.com` };
  };
  const again = (orderId: string, email: string) =>
    fixture.workers.fact(NotificationSent, orderId, ({ data }) => data.again === 1 && email !== '');

  test('gets what matters again, once, whoever dies and however often it is said', async () => {
    const { orderId, email } = await bounced();
    fixture.switches.failNextCommit = true;
    const change = facts.emailChanged(orderId, email);
    await fixture.publish(change, change, { ...change, id: randomUUID() });
    const { data } = await again(orderId, email);
    expect(data).toMatchObject({ kind: 'payment_captured', mailbox: 1, again: 1 });
    const mails = await fixture.providers.mails(email);
    expect(mails.map(({ messageId }) => messageId)).toEqual([
      `<${orderId}.payment_captured.again-1@orderflow.shop.example>`,
    ]);
    const { text } = await fixture.providers.opened(mails[0]?.id ?? '');
    expect(text).toContain(anIssuedInvoice().number);
    expect(await fixture.documentOf(orderId)).toMatchObject({ mailbox: 1, contact: { email } });
  });

  test('gets what comes later, and the one before gets nothing any more', async () => {
    const { orderId, email } = await bounced();
    await fixture.publish(facts.emailChanged(orderId, email));
    await again(orderId, email);
    await fixture.publish(dispatched(orderId));
    const { data } = await fixture.sent(orderId, 'order_dispatched');
    expect(data).toMatchObject({ mailbox: 1 });
    expect(data).not.toHaveProperty('again');
    expect(await fixture.providers.mails(email)).toHaveLength(2);
    expect(await fixture.providers.mails(`bounce+${orderId}@example.com`)).toHaveLength(2);
  });
});

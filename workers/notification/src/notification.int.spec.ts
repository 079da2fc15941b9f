import { randomUUID } from 'node:crypto';
import {
  type Channel,
  InventoryRejected,
  type NoticeKind,
  NotificationFailed,
  NotificationSent,
  OrderCancelled,
  OrderConfirmed,
  OrderPlaced,
  PaymentDeclined,
  ShipmentDelivered,
  ShipmentDispatched,
} from '@orderflow/contracts';
import type { Aggregates } from '@orderflow/runtime';
import { eventFor, eventually, type TestBed, testBed } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { correspondenceAggregates } from './correspondence-store.ts';
import type { Correspondence } from './decide-notices.ts';
import type { Deps } from './deps.ts';
import { handlers } from './handlers/index.ts';
import { noticeTemplates } from './render-notice.ts';
import { type SendLedger, sendLedger } from './send-ledger.ts';
import { startProviders } from './testing/providers.ts';
import { notification } from './worker.ts';

let bed: TestBed;
let providers: Awaited<ReturnType<typeof startProviders>>;
let ledger: SendLedger;
/** Thrown by the next commit of a notice: the process died between send and commit. */
let failNextCommit = false;
/** Thrown instead of writing down that a message was sent. */
let failNextSettle = false;
/** The mail server offers no look-up. */
let blind = false;
const patient = { retry: { delaysMs: [20, 50, 100], maxAttempts: 200 } };
/** Longer than any send here takes, on a busy machine too. */
const STALE_AFTER_MS = 3_000;

beforeAll(async () => {
  providers = await startProviders();
  bed = await testBed(inject('infrastructure'));
  const stored = correspondenceAggregates(bed.database);
  const aggregates: Aggregates<Correspondence> = {
    load: stored.load,
    commit: async (commit) => {
      if (failNextCommit && commit.to.notices.length > 0) {
        failNextCommit = false;
        throw new Error('the process died before the commit');
      }
      return stored.commit(commit);
    },
  };
  const kept = sendLedger(bed.database);
  ledger = {
    ...kept,
    settle: async (...settled) => {
      if (failNextSettle) {
        failNextSettle = false;
        throw new Error('the process died before the ledger knew');
      }
      return kept.settle(...settled);
    },
  };
  const { mail, texts } = providers;
  const deps: Deps = {
    mail: { ...mail, find: async (...sought) => (blind ? undefined : mail.find(...sought)) },
    texts,
    ledger,
    render: noticeTemplates(),
    mailDomain: 'shop.example',
    staleAfterMs: STALE_AFTER_MS,
  };
  // Two replicas on one queue.
  await bed.run(notification, { deps, aggregates, handlers }, patient);
  await bed.run(notification, { deps, aggregates, handlers }, patient);
});
afterEach(async () => {
  blind = false;
  await providers.reset();
});
afterAll(async () => {
  await bed.close();
  await providers.close();
});

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const address = { name: 'Alice Archer', line1: 'Weg 1', postalCode: '10115', city: 'Berlin', country: 'DE' };
const lines = [{ sku: 'MUG-RED', quantity: 2, name: 'Enamel mug, red', unitPrice: eur(1_450) }];
type Customer = { email?: string; phone?: string; shippingMethod?: 'standard' | 'express' };
const placed = (orderId: string, { email, phone, shippingMethod = 'standard' }: Customer = {}) =>
  eventFor(OrderPlaced, orderId, {
    customerId: 'alice',
    lines,
    subtotal: eur(2_900),
    shipping: eur(490),
    tax: eur(644),
    total: eur(4_034),
    address,
    contact: { email: email ?? `${orderId}@example.com`, ...(phone === undefined ? {} : { phone }) },
    shippingMethod,
    paymentMethod: 'pm_card_visa',
    cancelUntil: '2026-01-01T12:01:00.000Z',
  });
const confirmed = (orderId: string) =>
  eventFor(OrderConfirmed, orderId, {
    lines,
    address,
    contact: { email: `${orderId}@example.com` },
    shippingMethod: 'standard',
    dispatchAfter: '2026-01-01T12:01:00.000Z',
  });
const shipment = {
  shipmentId: 'S1',
  carrier: 'Parcels',
  trackingNumber: 'P123',
  trackingUrl: 'https://parcels.example/P123',
  scanAt: '2026-01-02T12:00:00.000Z',
};
const dispatched = (orderId: string) => eventFor(ShipmentDispatched, orderId, shipment);
const delivered = (orderId: string) => eventFor(ShipmentDelivered, orderId, shipment);
const declined = (orderId: string, final = true) =>
  eventFor(PaymentDeclined, orderId, {
    code: 'insufficient_funds',
    message: 'Your card has insufficient funds.',
    attempt: 1,
    attemptsLeft: final ? 0 : 4,
    final,
  });
const shortOf = (orderId: string) =>
  eventFor(InventoryRejected, orderId, { shortages: [{ sku: 'MUG-RED', requested: 2, available: 0 }] });
const cancelled = (orderId: string) => eventFor(OrderCancelled, orderId, { reason: 'changed my mind' });

const publish = (...events: Parameters<TestBed['publisher']['publish']>[0]) => bed.publisher.publish(events);
const told = (orderId: string, kind: NoticeKind, channel: Channel = 'email') =>
  bed.fact(NotificationSent, orderId, ({ data }) => data.kind === kind && data.channel === channel);
const placedAndKnown = async (orderId: string, customer?: Customer) => {
  await publish(placed(orderId, customer));
  await eventually('the order is known', () =>
    bed.database.collection('notifications').findOne({ _id: orderId as never }),
  );
};
const failures = () => bed.metrics.failed.get().then(({ values }) => values.reduce((sum, { value }) => sum + value, 0));
const phoneNumber = () => `+49151${String(Math.random()).slice(2, 10)}`;

describe('a customer is written to', () => {
  test.each([
    ['order_confirmed', confirmed, 'is confirmed'],
    ['order_rejected', shortOf, 'sold out'],
    ['payment_declined', declined, 'was declined'],
    ['order_dispatched', dispatched, 'is on its way'],
    ['order_delivered', delivered, 'was delivered'],
    ['order_cancelled', cancelled, 'is cancelled'],
  ] as const)('once for %s', async (kind, event, subject) => {
    const orderId = randomUUID();
    await placedAndKnown(orderId);
    await publish(event(orderId));

    const { data } = await told(orderId, kind);
    expect(data.providerId).toBe(`<${orderId}.${kind}@orderflow.shop.example>`);
    const [mail, ...others] = await providers.mails(orderId);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ to: [`${orderId}@example.com`], messageId: data.providerId });
    expect(mail?.subject).toContain(subject);
  });

  test('by SMS too about an express parcel', async () => {
    const [orderId, phone] = [randomUUID(), phoneNumber()];
    await placedAndKnown(orderId, { phone, shippingMethod: 'express' });
    await publish(dispatched(orderId));
    const { data } = await told(orderId, 'order_dispatched', 'sms');
    const received = await providers.textsTo(phone);
    expect(received).toMatchObject([{ sid: data.providerId, body: expect.stringContaining(shipment.trackingUrl) }]);
    expect(await providers.mails(orderId)).toHaveLength(1);
  });

  test('only once the order is known', async () => {
    const orderId = randomUUID();
    const before = await failures();
    await publish(confirmed(orderId));
    await eventually('a retry', async () => (await failures()) > before);
    expect(await providers.mails(orderId)).toEqual([]);
    await publish(placed(orderId));
    await told(orderId, 'order_confirmed');
  });

  test('about a declined card only when no other may be tried', async () => {
    const orderId = randomUUID();
    await placedAndKnown(orderId);
    await publish(declined(orderId, false), cancelled(orderId));
    await told(orderId, 'order_cancelled');
    await publish(declined(orderId, true));
    await told(orderId, 'payment_declined');
    expect(await providers.mails(orderId)).toHaveLength(2);
  });
});

describe('nothing is sent twice', () => {
  test('when both replicas get the same event at once', async () => {
    await providers.failMail({ latency: 150 });
    const orderIds: string[] = Array.from({ length: 5 }, () => randomUUID());
    for (const orderId of orderIds) await placedAndKnown(orderId);
    const events = orderIds.map(confirmed);
    await publish(...events.flatMap((event) => [event, event, event]));
    for (const orderId of orderIds) {
      await told(orderId, 'order_confirmed');
      expect(await providers.mails(orderId)).toHaveLength(1);
    }
    const ids = bed.heard.filter((e) => orderIds.includes(e.subject) && e.source === '/notification');
    expect(new Set(ids.map(({ id }) => id)).size).toBe(orderIds.length);
  });

  test('when two events say the same', async () => {
    const orderId = randomUUID();
    await placedAndKnown(orderId);
    await publish(confirmed(orderId), confirmed(orderId));
    await told(orderId, 'order_confirmed');
    await publish(cancelled(orderId));
    await told(orderId, 'order_cancelled');
    expect(await providers.mails(orderId)).toHaveLength(2);
  });

  test('when the process dies between send and commit', async () => {
    const [orderId, phone] = [randomUUID(), phoneNumber()];
    await placedAndKnown(orderId, { phone, shippingMethod: 'express' });
    failNextCommit = true;
    blind = true;
    await publish(dispatched(orderId));
    await told(orderId, 'order_dispatched');
    await told(orderId, 'order_dispatched', 'sms');
    expect(failNextCommit).toBe(false);
    expect(await providers.mails(orderId)).toHaveLength(1);
    expect(await providers.textsTo(phone)).toHaveLength(1);
  });

  test('when the process dies before the ledger knows of the mail', async () => {
    const orderId = randomUUID();
    await placedAndKnown(orderId);
    failNextSettle = true;
    await publish(confirmed(orderId));
    await told(orderId, 'order_confirmed');
    expect(failNextSettle).toBe(false);
    expect(await providers.mails(orderId)).toHaveLength(1);
  });

  test('when the mail server takes a mail and its answer is lost', async () => {
    const orderId = randomUUID();
    await placedAndKnown(orderId);
    await providers.failMail({ failAfter: 1, match: orderId });
    await publish(confirmed(orderId));
    await told(orderId, 'order_confirmed');
    expect(await providers.mails(orderId)).toHaveLength(1);
  });

  test('when Twilio takes an SMS and its answer is lost', async () => {
    const [orderId, phone] = [randomUUID(), phoneNumber()];
    await placedAndKnown(orderId, { phone, shippingMethod: 'express' });
    await providers.failTexts({ failAfter: 1 });
    await publish(delivered(orderId));
    await told(orderId, 'order_delivered', 'sms');
    expect(await providers.textsTo(phone)).toHaveLength(1);
    expect(await providers.mails(orderId)).toHaveLength(1);
  });
});

describe('a message is sent in the end', () => {
  test('when the mail server fails twice and then works', async () => {
    const orderId = randomUUID();
    await placedAndKnown(orderId);
    await providers.failMail({ failNext: 2, match: orderId });
    await publish(confirmed(orderId));
    await told(orderId, 'order_confirmed');
    expect(await providers.mails(orderId)).toHaveLength(1);
  });

  test('when Twilio answers 503 twice and then works', async () => {
    const [orderId, phone] = [randomUUID(), phoneNumber()];
    await placedAndKnown(orderId, { phone, shippingMethod: 'express' });
    await providers.failTexts({ failNext: 2 });
    await publish(dispatched(orderId));
    await told(orderId, 'order_dispatched', 'sms');
    expect(await providers.textsTo(phone)).toHaveLength(1);
  });

  test('when a replica died after its claim, before it sent: not before the claim is stale', async () => {
    const orderId = randomUUID();
    await placedAndKnown(orderId);
    await ledger.claim(`${orderId}:order_confirmed:email`, 'the dead one');
    const claimedAt = Date.now();
    await publish(confirmed(orderId));
    await told(orderId, 'order_confirmed');
    expect(Date.now() - claimedAt).toBeGreaterThanOrEqual(STALE_AFTER_MS);
    expect(await providers.mails(orderId)).toHaveLength(1);
  });
});

describe('a message that is refused for good', () => {
  test('is a fact, and the others go out all the same', async () => {
    const orderId = randomUUID();
    await placedAndKnown(orderId, { phone: '+15005550009', shippingMethod: 'express' });
    await publish(dispatched(orderId));
    const { data } = await bed.fact(NotificationFailed, orderId);
    expect(data).toMatchObject({ kind: 'order_dispatched', channel: 'sms', reason: expect.stringContaining('21614') });
    await told(orderId, 'order_dispatched');
    expect(await providers.mails(orderId)).toHaveLength(1);
  });
});

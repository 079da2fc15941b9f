import { randomUUID } from 'node:crypto';
import { MessageTracked } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import twilio from 'twilio';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, postWebhook } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { MAIL_SECRET, PUBLIC_URL, TWILIO_TOKEN, testGateway, tokenOf } from '../testing/processes.ts';
import { signatureOf } from './signature.ts';

let workers: WorkerFixture;
let gateway: RunningGateway;
let orderId: string;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  gateway = await testGateway(workers, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  const { orders } = clientOf(gateway.url, await tokenOf('alice'));
  orderId = (await orders.place.mutate(orderFor('messages-1'))).order.id;
});
afterAll(async () => {
  await gateway?.stop();
  await workers?.close();
});

const tracked = () => workers.heard.filter(({ type }) => type === 'message.tracked');
const factOf = (providerId: string) =>
  workers.fact(MessageTracked, orderId, ({ data }) => data.providerId === providerId);
const expectNothingMore = (before: number) => expect(tracked()).toHaveLength(before);

describe("Twilio's report", () => {
  const form = (over: Record<string, string> = {}) => ({
    MessageSid: `SM${randomUUID().replaceAll('-', '')}`,
    AccountSid: 'AC1',
    To: '+4915112345678',
    MessageStatus: 'delivered',
    ...over,
  });
  const callback = (order = orderId) => `/webhooks/twilio?order=${order}`;

  async function send(
    fields: Record<string, string>,
    { path = callback(), token = TWILIO_TOKEN, signed = fields } = {},
  ) {
    const signature = twilio.getExpectedTwilioSignature(token, `${PUBLIC_URL}${path}`, signed);
    return postWebhook(gateway.url, path.replace('/webhooks/', ''), new URLSearchParams(fields).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature,
    });
  }

  test.each([
    ['delivered', {}, { status: 'delivered' }],
    ['undelivered', { ErrorCode: '30003' }, { status: 'failed', reason: 'error 30003' }],
    ['failed', {}, { status: 'failed', reason: 'failed' }],
  ])('%s', async (MessageStatus, over, expected) => {
    const fields = form({ MessageStatus, ...over });
    expect(await send(fields)).toEqual({ status: 200, body: { received: true } });
    const { data } = await factOf(fields.MessageSid);
    expect(data).toEqual({ channel: 'sms', providerId: fields.MessageSid, ...expected });
  });

  test('sent three times at once it is the same fact', async () => {
    const fields = form();
    await Promise.all([send(fields), send(fields), send(fields)]);
    const all = await eventually('all three', () => {
      const events = tracked().filter(({ data }) => (data as { providerId: string }).providerId === fields.MessageSid);
      return events.length === 3 && events;
    });
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  });

  test.each(['queued', 'sending', 'sent', 'read', 'constructor', 'toString', '__proto__'])(
    '%s is not the end: taken and left at that',
    async (MessageStatus) => {
      const before = tracked().length;
      expect((await send(form({ MessageStatus }))).body).toEqual({ received: true, followed: false });
      expectNothingMore(before);
    },
  );

  test('of an order that we do not know: taken and left at that', async () => {
    expect((await send(form(), { path: callback(randomUUID()) })).body).toEqual({ received: true, followed: false });
  });

  test("signed with another token, over another form, or for another order's address: 401", async () => {
    const before = tracked().length;
    const fields = form();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answers = await Promise.all([
      send(fields, { token: 'another token' }),
      send(fields, { signed: form({ MessageStatus: 'failed' }) }),
      postWebhook(gateway.url, callback().slice('/webhooks/'.length), new URLSearchParams(fields).toString(), {
        ...headers,
        'x-twilio-signature': twilio.getExpectedTwilioSignature(
          TWILIO_TOKEN,
          PUBLIC_URL + callback(randomUUID()),
          fields,
        ),
      }),
      postWebhook(gateway.url, callback().slice('/webhooks/'.length), 'a=1', headers),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expectNothingMore(before);
  });

  test.each([
    ['no order', { path: '/webhooks/twilio' }, {}, 'order'],
    ['no message', {}, { MessageSid: '' }, 'MessageSid'],
  ])('%s: 400', async (_, options, over, field) => {
    expect(await send(form(over), options)).toMatchObject({ status: 400, body: { error: { field } } });
  });
});

describe("the mail provider's report", () => {
  async function send(report: unknown, secret = MAIL_SECRET, at = new Date()) {
    const body = typeof report === 'string' ? report : JSON.stringify(report);
    return postWebhook(gateway.url, 'mail', body, { 'mail-signature': signatureOf(body, secret, at) });
  }
  const messageId = (kind: string, order = orderId) => `<${order}.${kind}@orderflow.example>`;

  test.each([
    ['delivered', 'order_confirmed', {}, { status: 'delivered' }],
    [
      'bounced',
      'payment_refunded.019a',
      { reason: 'no such mailbox' },
      { status: 'failed', reason: 'no such mailbox' },
    ],
    ['bounced', 'order_dispatched.1', {}, { status: 'failed', reason: 'The letter came back' }],
  ])('%s: %s', async (type, kind, over, expected) => {
    const report = { type, messageId: messageId(kind), ...over };
    expect(await send(report)).toEqual({ status: 200, body: { received: true } });
    const { data } = await factOf(report.messageId);
    expect(data).toEqual({ channel: 'email', providerId: report.messageId, ...expected });
  });

  test('a Message-ID without its angle brackets is the same letter', async () => {
    const id = messageId('order_rejected');
    await send({ type: 'delivered', messageId: id.slice(1, -1) });
    await send({ type: 'delivered', messageId: id });
    const both = await eventually('both', () => {
      const events = tracked().filter(({ data }) => (data as { providerId: string }).providerId === id);
      return events.length === 2 && events;
    });
    expect(both[0]?.id).toBe(both[1]?.id);
  });

  test.each([
    ['of a letter that is not ours', '<1234@elsewhere.example>'],
    ['of an order that we do not know', messageId('order_confirmed', randomUUID())],
  ])('%s: taken and left at that', async (_, id) => {
    const before = tracked().length;
    const answer = await send({ type: 'bounced', messageId: id });
    expect(answer).toEqual({ status: 200, body: { received: true, followed: false } });
    expectNothingMore(before);
  });

  test('another secret, or an old signature: 401', async () => {
    const report = { type: 'delivered', messageId: messageId('order_confirmed') };
    const old = new Date(Date.now() - 6 * 60_000);
    const answers = await Promise.all([send(report, 'another secret'), send(report, MAIL_SECRET, old)]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });

  test.each([
    ['not JSON', '{', 'body'],
    ['another type', { type: 'opened', messageId: '<a.b@c>' }, 'type'],
    ['no letter', { type: 'bounced' }, 'messageId'],
  ])('%s: 400', async (_, report, field) => {
    expect(await send(report)).toMatchObject({ status: 400, body: { error: { field } } });
  });
});

import { randomUUID } from 'node:crypto';
import { createServer as createWebServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import {
  classify,
  DependencyError,
  notingCalls,
  type OutsideCall,
  PermanentError,
  TransientError,
  UnknownOutcomeError,
} from '@orderflow/runtime';
import { eventually } from '@orderflow/runtime/testing';
import twilio from 'twilio';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startProviders } from '../testing/providers.ts';
import type { Letter } from './messengers.ts';
import { smtpMail } from './smtp-mail.ts';
import { twilioTexts } from './twilio-texts.ts';

let providers: Awaited<ReturnType<typeof startProviders>>;
beforeAll(async () => {
  providers = await startProviders();
});
afterEach(() => providers.reset());
afterAll(() => providers.close());

const { signal } = new AbortController();
const since = () => new Date(Date.now() - 1_000);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it was to fail'),
    (error: unknown) => error,
  );
const certainlyNotSent = (error: unknown) => {
  expect(error).toBeInstanceOf(DependencyError);
  expect(error).not.toBeInstanceOf(UnknownOutcomeError);
};
/** It was certainly not sent, and the provider is well. */
const onlyThisOne = (error: unknown) => {
  expect(error).toBeInstanceOf(TransientError);
  expect(classify(error)).toBe('transient');
};

describe('mail by SMTP', () => {
  const letter = (over: Partial<Letter> = {}): Letter => ({
    to: 'alice@example.com',
    subject: 'Grüße',
    html: '<p>Hello</p>',
    text: 'Hello',
    messageId: `<${randomUUID()}@orderflow.shop.example>`,
    ...over,
  });

  test('arrives in both forms, under our Message-ID, and can be looked up', async () => {
    const sent = letter();
    expect(await providers.mail.find(sent, since())).toBeUndefined();
    expect(await providers.mail.send(sent, signal)).toEqual({ outcome: 'sent', providerId: sent.messageId });
    expect(await providers.mail.find(sent, since())).toBe(sent.messageId);
    const [summary] = await providers.mails(sent.messageId);
    const received = await providers.opened(summary?.id ?? '');
    expect(received).toMatchObject({ to: ['alice@example.com'], subject: 'Grüße', html: '<p>Hello</p>' });
    expect(received.text.trim()).toBe('Hello');
    expect(received.headers).toMatchObject({ from: 'Orderflow <orders@shop.example>' });
  });

  test('carries its attachments', async () => {
    const content = Buffer.from('%PDF-1.3 not really');
    const sent = letter({ attachments: [{ filename: 'INV-1.pdf', contentType: 'application/pdf', content }] });
    await providers.mail.send(sent, signal);
    const [summary] = await providers.mails(sent.messageId);
    const { attachments } = await providers.opened(summary?.id ?? '');
    expect(attachments).toEqual([{ filename: 'INV-1.pdf', contentType: 'application/pdf', size: content.length }]);
    expect(await providers.attachment(summary?.id ?? '')).toEqual(content);
  });

  test('is of the sender’s domain', () => {
    expect(providers.mail.domain).toBe('shop.example');
  });

  test('of which the provider takes no look-up is not found', async () => {
    const { MAIL_LOOKUP_URL: _, ...blind } = providers.mailConfig;
    const mail = smtpMail(blind);
    const sent = letter();
    await mail.send(sent, signal);
    expect(await mail.find(sent, since())).toBeUndefined();
    await mail.close();
  });

  test('whose look-up fails is in doubt, and the server that sends may be well', async () => {
    const mail = smtpMail({ ...providers.mailConfig, MAIL_LOOKUP_URL: 'http://127.0.0.1:1' });
    onlyThisOne(await failure(mail.find(letter(), since())));
    await mail.close();
  });

  test('where nobody listens was certainly not sent', async () => {
    const mail = smtpMail({ ...providers.mailConfig, SMTP_URL: 'smtp://127.0.0.1:1' });
    certainlyNotSent(await failure(mail.send(letter(), signal)));
    await mail.close();
  });

  test('refused for now (451) was certainly not sent', async () => {
    await providers.failMail({ failNext: 1 });
    onlyThisOne(await failure(providers.mail.send(letter(), signal)));
  });

  test('in an outage (421 at the door) was certainly not sent', async () => {
    await providers.failMail({ outage: true });
    const mail = smtpMail(providers.mailConfig);
    certainlyNotSent(await failure(mail.send(letter(), signal)));
    await mail.close();
  });

  test('whose answer got lost may have been sent, and was', async () => {
    const sent = letter();
    await providers.failMail({ failAfter: 1 });
    expect(await failure(providers.mail.send(sent, signal))).toBeInstanceOf(UnknownOutcomeError);
    expect(await providers.mail.find(sent, since())).toBe(sent.messageId);
    expect(await providers.mails(sent.messageId)).toHaveLength(1);
  });

  test('stopped by the handler’s time may have been sent', async () => {
    await providers.failMail({ latency: 5_000 });
    const mail = smtpMail(providers.mailConfig);
    const stop = AbortSignal.timeout(300);
    expect(await failure(mail.send(letter(), stop))).toBeInstanceOf(UnknownOutcomeError);
    await mail.close();
  });

  test.each([
    ['the recipient', 'RCPT TO', '550 No such user here', { outcome: 'failed' }],
    ['the message', '.', '554 We think this is spam', { outcome: 'failed' }],
  ])('is refused for good when the server refuses %s with 5xx', async (_, command, reply, expected) => {
    const server = await scripted({ [command]: reply });
    const mail = smtpMail({ ...providers.mailConfig, SMTP_URL: server.url });
    const result = await mail.send(letter(), signal);
    expect(result).toMatchObject(expected);
    expect(result).toHaveProperty('reason', expect.stringContaining(reply));
    await mail.close();
    await server.close();
  });

  test.each([
    ['the sender', 'MAIL FROM', '550 Not from you', certainlyNotSent],
    ['the recipient since it is leaving', 'RCPT TO', '421 Closing', certainlyNotSent],
    ['the recipient for now', 'RCPT TO', '450 Greylisted', onlyThisOne],
    ['the message for now', '.', '452 The mailbox is full', onlyThisOne],
  ])('waits when the server refuses %s', async (_, command, reply, waits) => {
    const server = await scripted({ [command]: reply });
    const mail = smtpMail({ ...providers.mailConfig, SMTP_URL: server.url });
    waits(await failure(mail.send(letter(), signal)));
    await mail.close();
    await server.close();
  });
});

describe('SMS by Twilio', () => {
  const message = (to = '+4915112345678') => {
    const orderId = randomUUID();
    return { to, orderId, body: `Order ${orderId} is on its way` };
  };

  test('is sent, and can be looked up', async () => {
    const sent = message();
    expect(await providers.texts.find(sent, since())).toBeUndefined();
    const result = await providers.texts.send(sent, signal);
    const [received] = await providers.textsTo(sent.to);
    expect(received?.body).toBe(sent.body);
    expect(result).toEqual({ outcome: 'sent', providerId: received?.sid });
    expect(await providers.texts.find(sent, since())).toBe(received?.sid);
  });

  test('of another day or to another number is not the one looked for', async () => {
    const sent = message();
    await providers.texts.send(sent, signal);
    expect(await providers.texts.find(sent, new Date(Date.now() + 3_600_000))).toBeUndefined();
    expect(await providers.texts.find({ ...sent, to: '+4915112345679' }, since())).toBeUndefined();
  });

  test.each([
    ['+15005550001', '21211'],
    ['+15005550004', '21610'],
    ['+15005550009', '21614'],
  ])('to %s is refused for good with %s', async (to, code) => {
    const result = await providers.texts.send(message(to), signal);
    expect(result).toEqual({ outcome: 'failed', reason: expect.stringContaining(code) });
  });

  test('is found behind a thousand others to the same number', async () => {
    const sent = message('+4915112345670');
    const begun = since();
    const result = await providers.texts.send(sent, signal);
    if (result.outcome !== 'sent') return expect.unreachable();
    await providers.failTexts({ step: 600_000 });
    let left = 1_100;
    const client = async () => {
      while (left-- > 0) await providers.texts.send({ ...sent, body: `Another one, ${left}` }, signal);
    };
    await Promise.all(Array.from({ length: 10 }, client));
    expect(await providers.texts.find(sent, begun)).toBe(result.providerId);
  }, 60_000);

  test('answered with 401 was certainly not sent', async () => {
    await providers.failTexts({ failNext: 1, failWith: 401 });
    certainlyNotSent(await failure(providers.texts.send(message(), signal)));
  });

  test('answered with 429, as there are too many at once, was certainly not sent, and Twilio is well', async () => {
    await providers.failTexts({ failNext: 1, failWith: 429 });
    onlyThisOne(await failure(providers.texts.send(message(), signal)));
  });

  test("kept off since our number's queue is full was certainly not sent, and Twilio is well", async () => {
    const texts = twilioTexts({ ...config(), TWILIO_FROM: '+15005550008' });
    onlyThisOne(await failure(texts.send(message(), signal)));
  });

  test('where nobody listens was certainly not sent', async () => {
    const texts = twilioTexts({ ...config(), TWILIO_API_URL: 'http://127.0.0.1:1' });
    certainlyNotSent(await failure(texts.send(message(), signal)));
  });

  test('answered with 503 may have been sent', async () => {
    await providers.failTexts({ failNext: 1 });
    expect(await failure(providers.texts.send(message(), signal))).toBeInstanceOf(UnknownOutcomeError);
  });

  test('whose answer got lost may have been sent, and was', async () => {
    const sent = message();
    await providers.failTexts({ failAfter: 1 });
    expect(await failure(providers.texts.send(sent, signal))).toBeInstanceOf(UnknownOutcomeError);
    expect(await providers.texts.find(sent, since())).toMatch(/^SM/);
  });

  test('asks Twilio to report to the gateway, under an address that names the order', async () => {
    const { authToken } = providers.twilio;
    const reports: string[] = [];
    const gateway = createWebServer(async (request, response) => {
      const params = Object.fromEntries(new URLSearchParams((await request.toArray()).join('')));
      const signature = String(request.headers['x-twilio-signature']);
      const valid = twilio.validateRequest(authToken, signature, `${url()}${request.url}`, params);
      if (valid) reports.push(`${request.url} ${params.MessageSid} ${params.MessageStatus}`);
      response.end();
    });
    const url = () => `http://127.0.0.1:${(gateway.address() as { port: number }).port}`;
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    await providers.failTexts({ step: 10 });
    const sent = message();
    const result = await twilioTexts({ ...config(), WEBHOOK_URL: `${url()}/` }).send(sent, signal);
    if (result.outcome !== 'sent') return expect.unreachable();
    const report = `/webhooks/twilio?order=${sent.orderId} ${result.providerId} delivered`;
    await eventually('the report of its delivery', () => reports.includes(report));
    await new Promise((resolve) => gateway.close(resolve));
  });

  test('from a number that is not ours is a mistake of ours', async () => {
    const texts = twilioTexts({ ...config(), TWILIO_FROM: '+15005550007' });
    expect(await failure(texts.send(message(), signal))).toBeInstanceOf(PermanentError);
  });

  const config = () => ({
    TWILIO_ACCOUNT_SID: providers.twilio.accountSid,
    TWILIO_AUTH_TOKEN: providers.twilio.authToken,
    TWILIO_FROM: '+15005550006',
    TWILIO_API_URL: providers.twilio.url,
  });
});

test('every call outside is noted, with its outcome', async () => {
  const calls: OutsideCall[] = [];
  const sms = { to: '+15005550009', orderId: randomUUID(), body: 'Hello' };
  const mail = { to: 'a@example.com', subject: 'x', html: 'x', text: 'x', messageId: `<${randomUUID()}@x.example>` };
  await notingCalls(calls, async () => {
    await providers.mail.send(mail, signal);
    await providers.mail.find(mail, since());
    await providers.texts.send(sms, signal);
    await providers.texts.find(sms, since());
  });
  expect(calls.map(({ to, operation, error }) => [to, operation, error !== undefined])).toEqual([
    ['smtp', 'send', false],
    ['smtp', 'look up', false],
    ['twilio', 'messages.create', true],
    ['twilio', 'messages.list', false],
  ]);
});

/** An SMTP server that says yes to everything but one command. */
async function scripted(replies: Record<string, string>) {
  const usual: Record<string, string> = { EHLO: '250 ready', DATA: '354 go on', '.': '250 kept', QUIT: '221 bye' };
  const server: Server = createServer((socket) => {
    let inData = false;
    socket.on('error', () => {});
    socket.write('220 scripted\r\n');
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        if (inData && line !== '.') continue;
        const asked = [...Object.keys(replies), ...Object.keys(usual)].find((command) => line.startsWith(command));
        const reply = replies[asked ?? ''] ?? usual[asked ?? ''] ?? '250 ok';
        inData = line === 'DATA' && reply.startsWith('354');
        socket.write(`${reply}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { url: `smtp://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) };
}

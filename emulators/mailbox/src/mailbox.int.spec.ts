import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport, type SentMessageInfo } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type MailboxOptions, type Report, signReport, startMailbox } from './index.ts';

type Summary = { id: string; to: string[]; subject: string; messageId: string };
type Listed = { messages: Summary[] };
let mailbox: Awaited<ReturnType<typeof startMailbox>>;
const start = async (options: MailboxOptions = {}) => {
  mailbox = await startMailbox(options);
};
const mail = {
  from: 'shop@example.com',
  to: 'ada@example.com',
  subject: 'Your order <b>is</b> here',
  text: 'Thank you',
  html: '<h1>Thank you</h1><script>parent.stolen = 1</script>',
  attachments: [{ filename: 'invoice.pdf', content: 'PDF!' }],
};
async function send(more: object = {}, auth?: { user: string; pass: string }): Promise<SentMessageInfo> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: mailbox.smtpPort,
    ignoreTLS: true,
    ...(auth && { auth }),
  });
  try {
    return await transport.sendMail({ ...mail, ...more });
  } finally {
    transport.close();
  }
}
const json = async <T>(path: string, init?: RequestInit) => (await (await fetch(mailbox.url + path, init)).json()) as T;
const messages = async (query = '') => (await json<Listed>(`/api/messages${query}`)).messages;
const control = (switches: object) =>
  json('/_control', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(switches) });

beforeEach(() => start());
afterEach(() => mailbox.close());

describe('a mail', () => {
  test('is kept and found by its message id, receiver and subject', async () => {
    const { messageId } = await send();
    await send({ to: ['bob@example.com', 'eve@example.com'], subject: 'Shipped' });
    expect((await messages()).map(({ subject }) => subject)).toEqual(['Shipped', mail.subject]);
    expect(await messages('?to=EVE@')).toMatchObject([{ to: ['bob@example.com', 'eve@example.com'] }]);
    expect(await messages('?subject=shipped&to=ada')).toEqual([]);
    await send({ to: 'ada@xn--mller-kva.example', subject: 'Abroad' });
    for (const to of ['ada@xn--mller-kva.example', 'ada@müller.example']) {
      expect(await messages(`?to=${encodeURIComponent(to)}`)).toMatchObject([{ subject: 'Abroad' }]);
    }
    const [found] = await messages(`?messageId=${encodeURIComponent(messageId)}`);
    expect(await json(`/api/messages/${found!.id}`)).toMatchObject({
      from: 'shop@example.com',
      messageId,
      text: 'Thank you',
      attachments: [{ filename: 'invoice.pdf', contentType: 'application/pdf', size: 4 }],
      headers: { to: 'ada@example.com' },
    });
    expect(await (await fetch(`${mailbox.url}/messages/${found!.id}/attachments/0`)).text()).toBe('PDF!');
    expect(await json('/api/messages', { method: 'DELETE' })).toEqual({ deleted: 3 });
    expect(await messages()).toEqual([]);
  });

  test('has its attachments on its page: a PDF to read, anything else to save', async () => {
    const attachments = [
      { filename: 'Rechnung Ä.pdf', content: '%PDF-1.3' },
      { filename: 'page.html', content: '<script>1</script>' },
    ];
    await send({ attachments });
    const [{ id }] = (await messages()) as [Summary];
    const page = await (await fetch(`${mailbox.url}/messages/${id}`)).text();
    expect(page).toContain(`href="/messages/${id}/attachments/0">Rechnung Ä.pdf</a>`);
    expect(page).toContain('download="Rechnung Ä.pdf"');
    const [pdf, other] = await Promise.all([0, 1].map((n) => fetch(`${mailbox.url}/messages/${id}/attachments/${n}`)));
    expect(pdf?.headers.get('content-type')).toBe('application/pdf');
    expect(pdf?.headers.get('content-disposition')).toBe("inline; filename*=UTF-8''Rechnung%20%C3%84.pdf");
    expect(await pdf?.text()).toBe('%PDF-1.3');
    expect(other?.headers.get('content-type')).toBe('application/octet-stream');
    expect(other?.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(other?.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('cannot run anything in the page that shows it', async () => {
    await send();
    const [{ id }] = (await messages()) as [Summary];
    for (const path of ['/', `/messages/${id}`]) {
      const page = await fetch(mailbox.url + path);
      expect(await page.text()).not.toMatch(/<script|<b>is/);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    expect(await (await fetch(`${mailbox.url}/messages/${id}`)).text()).toContain(
      '<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src=',
    );
    const inner = await fetch(`${mailbox.url}/messages/${id}/html`);
    expect(inner.headers.get('content-security-policy')).toMatch(
      /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/,
    );
    expect((await fetch(`${mailbox.url}/messages/none`)).status).toBe(404);
  });

  test('survives a restart, as an .eml file', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'mailbox-'));
    await mailbox.close();
    await start({ dataDir });
    await send();
    const before = await messages();
    expect((await readdir(dataDir)).some((file) => file.endsWith('.eml'))).toBe(true);
    await mailbox.close();
    await start({ dataDir });
    expect(await messages()).toEqual(before);
    await rm(dataDir, { recursive: true });
  });

  test('that is too large or unsigned is turned away', async () => {
    await mailbox.close();
    await start({ user: 'shop', password: 'right', size: 2_000 });
    const auth = { user: 'shop', pass: 'right' };
    await expect(send()).rejects.toMatchObject({ responseCode: 530 });
    await expect(send({}, { user: 'shop', pass: 'wrong' })).rejects.toMatchObject({ responseCode: 535 });
    await expect(send({ text: 'x'.repeat(5_000) }, auth)).rejects.toMatchObject({ responseCode: 552 });
    await send({}, auth);
    expect(await messages()).toHaveLength(1);
  });
});

describe('the switches', () => {
  test('refuse mail for the moment, and the calls say so', async () => {
    await control({ failNext: 1 });
    await expect(send()).rejects.toMatchObject({ responseCode: 451 });
    await control({ outage: true });
    await expect(send()).rejects.toMatchObject({ responseCode: 421 });
    await control({ outage: false });
    await send();
    const calls = await json<{ status: number }[]>('/_control/calls?to=ada@example.com');
    expect(calls.map(({ status }) => status)).toEqual([451, 250]);
    expect(await messages()).toHaveLength(1);
  });

  test('keep a mail whose sender never learns of it', async () => {
    await control({ failAfter: 1 });
    await expect(send({ messageId: '<order-1@shop>' })).rejects.toThrow();
    expect(await messages('?messageId=order-1@shop')).toHaveLength(1);
  });

  test('accept a mail late, though its sender has hung up', async () => {
    await control({ latency: 700 });
    await expect(send({ messageId: '<order-2@shop>', signal: AbortSignal.timeout(300) })).rejects.toThrow();
    expect(await messages()).toEqual([]);
    await vi.waitFor(async () => expect(await messages('?messageId=order-2@shop')).toHaveLength(1), {
      timeout: 15_000,
    });
  });
});

describe('what became of a mail', () => {
  const received: (Report & { signed: boolean })[] = [];
  let answerWith = 200;
  const receiver = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const signature = String(request.headers['mail-signature']);
    const at = Number(/^t=(\d+),/.exec(signature)?.[1]);
    if (answerWith !== 200) refused += 1;
    else received.push({ ...JSON.parse(body), signed: signature === signReport('secret', body, at) });
    response.writeHead(answerWith).end();
  });
  let refused = 0;
  const webhookUrl = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/mail`;
  const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000 });
  beforeEach(async () => {
    received.length = 0;
    refused = 0;
    answerWith = 200;
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    await mailbox.close();
    await start({ webhookSecret: 'secret', webhookUrl: webhookUrl() });
  });
  afterEach(() => new Promise((resolve) => receiver.close(resolve)));

  test('is told by signed webhook', async () => {
    await send({ messageId: '<order-1.order_confirmed@shop>' });
    await eventually(() => expect(received).toHaveLength(1));
    const id = expect.stringMatching(/^[0-9a-f-]{36}$/);
    const report = { id, type: 'delivered', messageId: '<order-1.order_confirmed@shop>', to: 'ada@example.com' };
    expect(received).toEqual([{ ...report, signed: true }]);
  });

  test.each([
    ['bounce@example.com', []],
    ['Bounce+order-1@example.com', []],
    ['carol@gone.example', ['@gone.example']],
  ])('%s bounces, others of the same mail do not', async (to, bounces) => {
    await control({ bounces });
    await send({ to: [to, 'notbounce@example.com'] });
    await eventually(() => expect(received).toHaveLength(2));
    expect(received.find((one) => one.to === to)).toMatchObject({
      type: 'bounced',
      reason: expect.stringMatching(/^550/),
    });
    expect(received.find((one) => one.to !== to)).toMatchObject({ type: 'delivered' });
    expect(await messages()).toHaveLength(1);
  });

  test('is told until somebody listens, twice or not at all where the switches say so', async () => {
    answerWith = 503;
    await send();
    const deliveries = () => json<{ status: string; attempts: number }[]>('/_control/webhooks');
    await eventually(async () => expect((await deliveries())[0]?.attempts).toBeGreaterThan(0));
    answerWith = 200;
    await eventually(() => expect(received).toHaveLength(1));
    await control({ webhooks: { duplicate: true } });
    await send();
    await eventually(() => expect(received).toHaveLength(3));
    await control({ webhooks: { drop: true } });
    await send();
    await eventually(async () => expect((await deliveries()).at(-1)).toMatchObject({ status: 'dropped' }));
    expect(received).toHaveLength(3);
  });

  test('that could not be told is told after a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'mailbox-'));
    await mailbox.close();
    await start({ dataDir, webhookSecret: 'secret', webhookUrl: webhookUrl() });
    answerWith = 503;
    await send();
    // One that is still on its way when the stand-in stops may be told before and after.
    await eventually(() => expect(refused).toBeGreaterThan(0));
    await mailbox.close();
    answerWith = 200;
    await start({ dataDir, webhookSecret: 'secret', webhookUrl: webhookUrl() });
    await eventually(() => expect(received).toMatchObject([{ type: 'delivered', signed: true }]));
    expect(await messages()).toHaveLength(1);
    await rm(dataDir, { recursive: true });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTwilio, type TwilioOptions } from './index.ts';

const accountSid = `AC${'a'.repeat(32)}`;
let emulator: Awaited<ReturnType<typeof startTwilio>>;
let client: twilio.Twilio;

class Rewriting extends twilio.RequestClient {
  override request<T>(options: RequestClient.RequestOptions<T>) {
    return super.request<T>(
      Object.assign(options, { uri: options.uri.replace('https://api.twilio.com', emulator.url) }),
    );
  }
}
const clientWith = (token: string) => twilio(accountSid, token, { httpClient: new Rewriting() });
async function start(options: TwilioOptions = {}) {
  emulator = await startTwilio({ accountSid, authToken: 'token', ...options });
  client = clientWith('token');
}
const control = (switches: object) =>
  fetch(`${emulator.url}/_control`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(switches),
  });
const send = (more: object = {}) =>
  client.messages.create({ to: '+31612345678', from: '+15005550006', body: 'Your order <1> is on its way', ...more });
/** The default second is short where two cores are shared. */
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000 });

beforeEach(() => start());
afterEach(() => emulator.close());

describe('a message', () => {
  test('goes from queued to delivered', async () => {
    await control({ step: 5 });
    const sent = await send();
    expect(sent).toMatchObject({ status: 'queued', to: '+31612345678', numSegments: '1', errorCode: null });
    expect(sent.dateCreated).toBeInstanceOf(Date);
    await eventually(async () => expect((await client.messages(sent.sid).fetch()).status).toBe('delivered'));
  });

  test('tells its sender how it fares, signed with the whole address and all it says', async () => {
    const seen: string[] = [];
    const forged: boolean[] = [];
    const url = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/callback?order=1`;
    const receiver = createServer(async (request, response) => {
      const params = Object.fromEntries(new URLSearchParams((await request.toArray()).join('')));
      const signature = String(request.headers['x-twilio-signature']);
      const { MessageStatus, ErrorCode = 'none', AccountSid } = params;
      if (twilio.validateRequest('token', signature, url(), params)) seen.push(`${MessageStatus} ${ErrorCode}`);
      forged.push(twilio.validateRequest('token', signature, url().replace('order=1', 'order=2'), params));
      forged.push(twilio.validateRequest('token', signature, url(), { ...params, MessageStatus: 'delivered' }));
      forged.push(twilio.validateRequest('wrong', signature, url(), params), AccountSid !== accountSid);
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    await control({ step: 20, undeliverable: ['+31612345678'] });
    const { sid } = await send({ statusCallback: url() });
    await eventually(() => expect(seen).toEqual(['sent none', 'undelivered 30003']));
    expect(forged).not.toContain(true);
    expect(await client.messages(sid).fetch()).toMatchObject({ errorCode: 30003, status: 'undelivered' });
    await new Promise((resolve) => receiver.close(resolve));
  });

  test.each([
    [{ to: '12' }, 21211],
    [{ to: '+15005550009' }, 21614],
    [{ to: '+15005550004' }, 21610],
    [{ to: '+31600000000' }, 21608],
    [{ from: '+15005550001' }, 21212],
    [{ body: '' }, 21602],
    [{ body: 'x'.repeat(1_601) }, 21617],
  ])('%j is refused with %i', async (more, code) => {
    await control({ unverified: ['+31600000000'] });
    await expect(send(more)).rejects.toMatchObject({ status: 400, code });
    expect(await client.messages.list()).toEqual([]);
  });

  test('is asked for by the right people only', async () => {
    await expect(clientWith('wrong').messages.list()).rejects.toMatchObject({ status: 401, code: 20003 });
    await expect(client.messages(`SM${'0'.repeat(32)}`).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });
});

describe('the list', () => {
  test('is paged, newest first, by receiver and date', async () => {
    for (let i = 1; i <= 5; i++) await send({ body: `m${i}`, to: i % 2 ? '+31611111111' : '+31622222222' });
    const all = await client.messages.list({ pageSize: 2 });
    expect(all.map(({ body }) => body)).toEqual(['m5', 'm4', 'm3', 'm2', 'm1']);
    const dateSentAfter = new Date(Date.now() - 60_000);
    const theirs = await client.messages.list({ to: '+31622222222', dateSentAfter });
    expect(theirs.map(({ body }) => body)).toEqual(['m4', 'm2']);
    expect(await client.messages.list({ dateSentBefore: dateSentAfter })).toEqual([]);
    expect(await client.messages.list({ dateSent: new Date() })).toHaveLength(5);
  });

  test('is a page too, with nothing of the message run', async () => {
    await send();
    expect(await (await fetch(emulator.url)).text()).toContain('order &lt;1&gt; is on');
  });
});

test('fails as told, and remembers across a restart', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'twilio-'));
  await emulator.close();
  await start({ dataDir });
  await control({ failNext: 1, failWith: 429 });
  await expect(send()).rejects.toMatchObject({ status: 429, code: 20429 });
  await control({ failAfter: 1 });
  await expect(send()).rejects.toThrow();
  const calls = (await (await fetch(`${emulator.url}/_control/calls?to=%2B31612345678`)).json()) as {
    status: unknown;
  }[];
  expect(calls.map(({ status }) => status)).toEqual([429, 'lost']);
  await emulator.close();
  await start({ dataDir });
  expect(await client.messages.list({ to: '+31612345678' })).toHaveLength(1);
  await rm(dataDir, { recursive: true });
});

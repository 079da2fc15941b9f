import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { commonSwitches, createControl, guard, openJournal } from '@orderflow/emulator-control';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import qs from 'qs';
import { z } from 'zod';
import { failure, TwilioError } from './errors.ts';
import { listMessages } from './lists.ts';
import { type Message, messageObject, openMessages } from './messages.ts';
import { page } from './page.ts';

export type TwilioOptions = {
  host?: string | undefined;
  port?: number | undefined;
  accountSid?: string | undefined;
  authToken?: string | undefined;
  /** Where the journal is kept; without it a restart forgets everything. */
  dataDir?: string | undefined;
};
const numbers = z.array(z.string()).default([]);

/** Starts a stand-in for Twilio's Messages API; no message is really sent. */
export async function startTwilio(options: TwilioOptions = {}) {
  const { host = '127.0.0.1', port = 0 } = options;
  const { accountSid = `AC${'0'.repeat(32)}`, authToken = 'twilio_test_token' } = options;
  const app = fastify({ forceCloseConnections: true });
  const schema = z.strictObject({
    ...commonSwitches,
    step: z.int().min(0).default(300),
    unverified: numbers,
    undeliverable: numbers,
  });
  const control = createControl(app, schema);
  const journal = openJournal(options.dataDir);
  const messages = openMessages({
    journal,
    switches: () => control.state.switches,
    tell: (message) => void callBack(message, authToken),
  });
  const guarded = guard(app, control, {
    prefix: '/2010-04-01/',
    describe: describeCall,
    refuse: (reply, status) => reply.code(status).send(failure(status).body),
  });
  answerLikeTwilio(app, accountSid, authToken);

  const path = `/2010-04-01/Accounts/${accountSid}/Messages`;
  app.post(`${path}.json`, async (request, reply) => {
    await guarded.delay(request);
    const message = messages.send(accountSid, (request.body ?? {}) as Record<string, unknown>);
    journal.commit();
    if (guarded.losesAnswer(request)) return guarded.hangUp(request, reply);
    return reply.code(201).send(messageObject(message));
  });
  app.get(`${path}.json`, async (request) => {
    await guarded.delay(request);
    return listMessages(`${path}.json`, messages.newestFirst(), request.query as Record<string, string>);
  });
  app.get<{ Params: { sid: string } }>(`${path}/:sid`, async (request) => {
    await guarded.delay(request);
    const message = messages.get(request.params.sid.replace(/\.json$/, ''));
    if (!message) throw notFound(request);
    return messageObject(message);
  });
  page(app, () => messages.newestFirst());
  app.addHook('onClose', async () => {
    messages.close();
    journal.close();
  });

  await app.listen({ host, port });
  messages.resume();
  const { port: bound } = app.server.address() as AddressInfo;
  const url = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${bound}`;
  return { url, port: bound, accountSid, authToken, close: () => app.close() };
}

/** The `x-twilio-signature` header: https://www.twilio.com/docs/usage/security#validating-requests */
export function signCallback(authToken: string, url: string, params: Record<string, string>): string {
  const text = Object.keys(params)
    .sort()
    .reduce((all, key) => all + key + params[key], url);
  return createHmac('sha1', authToken).update(text).digest('base64');
}

/** One try and no more, as Twilio does by itself. */
async function callBack(message: Message, authToken: string): Promise<void> {
  const { sid, status, to, from, accountSid, callback, errorCode } = message;
  if (callback === null) return;
  const ids = { MessageSid: sid, SmsSid: sid, AccountSid: accountSid, ApiVersion: '2010-04-01' };
  const params: Record<string, string> = { ...ids, MessageStatus: status, SmsStatus: status, To: to, From: from };
  if (errorCode !== null) params.ErrorCode = String(errorCode);
  const headers = { 'x-twilio-signature': signCallback(authToken, callback, params) };
  const body = new URLSearchParams(params);
  await fetch(callback, { method: 'POST', headers, body, signal: AbortSignal.timeout(15_000) }).catch(() => {});
}

function describeCall(request: FastifyRequest): Record<string, unknown> {
  const { To, From, Body } = { ...(request.query as object), ...(request.body as object) } as Record<string, unknown>;
  return { to: To, from: From, body: Body };
}
const notFound = (request: FastifyRequest) =>
  new TwilioError(404, 20404, `The requested resource ${request.url.split('?')[0]} was not found`);

function answerLikeTwilio(app: FastifyInstance, accountSid: string, authToken: string): void {
  const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, qs.parse(String(body))),
  );
  app.addHook('preHandler', async (request) => {
    if (!request.url.startsWith('/2010-04-01/') || request.headers.authorization === expected) return;
    throw new TwilioError(401, 20003, 'Authenticate');
  });
  app.setNotFoundHandler((request, reply) => reply.code(404).send(notFound(request).body));
  app.setErrorHandler((error: Error & { statusCode?: number }, _, reply) => {
    const status = error.statusCode ?? 500;
    const known =
      error instanceof TwilioError ? error : new TwilioError(status, status < 500 ? 20001 : 20500, error.message);
    return reply.code(known.status).send(known.body);
  });
}

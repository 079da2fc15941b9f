import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { gatewayCalls } from './gateway-calls.ts';
import { fromOutside } from './visitor.ts';

const SECRET = 'a-secret-between-web-and-gateway';
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function givenGateway(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function givenWeb(gatewayUrl: string, env: Record<string, string> = {}): Promise<string> {
  const config = readConfig({ GATEWAY_URL: gatewayUrl, WEB_SECRET: SECRET, ...env });
  const app = Fastify({ trustProxy: (_address, hop) => hop < config.TRUST_PROXY, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.addHook('onRequest', fromOutside(config));
  await app.register(gatewayCalls(config));
  closing.push(() => app.close());
  return app.listen({ host: '127.0.0.1', port: 0 });
}

const echo = (request: IncomingMessage, response: ServerResponse) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => response.end(JSON.stringify({ url: request.url, headers: request.headers, body })));
};

describe('a call', () => {
  test('reaches the gateway as it came, with the address of its visitor and our secret', async () => {
    const web = await givenWeb(await givenGateway(echo));
    const answer = await fetch(`${web}/trpc/orders.place?batch=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: 'session=abc', origin: web },
      body: '{"0":{}}',
    });
    expect(await answer.json()).toMatchObject({
      url: '/trpc/orders.place?batch=1',
      body: '{"0":{}}',
      headers: { cookie: 'session=abc', origin: web, 'x-orderflow-web': SECRET, 'x-orderflow-visitor': '127.0.0.1' },
    });
  });

  test('cannot say itself where it comes from', async () => {
    const web = await givenWeb(await givenGateway(echo));
    const claims = {
      'x-forwarded-for': '203.0.113.9',
      'x-orderflow-visitor': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
    };
    const { headers } = (await (await fetch(`${web}/auth/session`, { headers: claims })).json()) as {
      headers: Record<string, string>;
    };
    expect(headers['x-orderflow-visitor']).toBe('127.0.0.1');
    expect(headers).not.toHaveProperty('forwarded');
    expect(JSON.stringify(headers)).not.toContain('203.0.113.9');
  });

  test('behind a proxy of ours comes from where that says', async () => {
    const web = await givenWeb(await givenGateway(echo), { TRUST_PROXY: '1' });
    const answer = await fetch(`${web}/trpc/x`, { headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' } });
    expect(await answer.json()).toMatchObject({ headers: { 'x-orderflow-visitor': '203.0.113.9' } });
  });

  test('that nobody answers fails in the shape of tRPC', async () => {
    const web = await givenWeb('http://127.0.0.1:9');
    const answer = await fetch(`${web}/trpc/shop.config`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      error: { data: { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, reason: 'GATEWAY_UNAVAILABLE' } },
    });
  });
});

test('a stream comes as it is written, and ends at the gateway when the browser leaves', async () => {
  const left = Promise.withResolvers<void>();
  const gateway = await givenGateway((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: first\n\n');
    request.socket.once('close', left.resolve);
  });
  const web = await givenWeb(gateway);
  const browser = new AbortController();
  const answer = await fetch(`${web}/trpc/orders.watchMany`, {
    headers: { accept: 'text/event-stream' },
    signal: browser.signal,
  });
  const { value } = (await answer.body?.getReader().read()) ?? {};
  expect(new TextDecoder().decode(value)).toBe('data: first\n\n');
  browser.abort();
  await left.promise;
});

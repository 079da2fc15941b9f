import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { rawCall } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, tokenOf } from '../testing/processes.ts';

let workers: WorkerFixture;
let gateway: RunningGateway;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  gateway = await testGateway(workers, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
});
afterAll(async () => {
  await gateway?.stop();
  await workers?.close();
});

const auditOf = (actor: string) => workers.database.collection('audit').find({ actor }).sort({ _id: 1 }).toArray();
/** Somebody new, so that the audit has nothing else of them. */
async function someone(role: 'customer' | 'staff') {
  const id = randomUUID();
  return { actor: `${role}:${id}`, token: await tokenOf(id, role) };
}

describe('an input that nobody has looked at yet, of any shape', () => {
  const shapes: [string, unknown][] = [
    ['an object that cannot become a text', { orderId: { toString: 'x' } }],
    ['an object with a value of its own', { orderId: { valueOf: null, toString: null } }],
    ['an object with a constructor of its own', { orderId: 1, constructor: { toString: null, valueOf: null } }],
    ['a list', { orderId: [['x']] }],
    ['null', { orderId: null }],
    ['a number', 17],
    ['a text', '"cancel it"'],
    ['nothing but null', null],
    ['what the driver takes for its own', { orderId: { _bsontype: 'ObjectId', id: 1 } }],
    ['a prototype', JSON.parse('{"orderId":"x","__proto__":{"a":1},"constructor":{"prototype":1}}')],
    ['operators', { orderId: { $gt: '' }, 'a.b': 1 }],
  ];

  test.each(shapes)('%s: refused naming the field, and on record', async (_, input) => {
    const { actor, token } = await someone('staff');
    const answer = await rawCall(gateway.url, 'orders.cancel', input, { token });
    expect(answer).toMatchObject({ status: 400, error: { reason: 'INVALID_INPUT', field: expect.any(String) } });
    expect(await auditOf(actor)).toMatchObject([
      { action: 'orders.cancel', outcome: 'refused', reason: 'INVALID_INPUT' },
    ]);
  });

  test.each(['ops.deadLetters.redrive', 'ops.orders.refund', 'profile.preferences.set', 'orders.retryPayment'])(
    'to %s by who may not: on record too',
    async (procedure) => {
      const { actor, token } = await someone(procedure.startsWith('ops') ? 'customer' : 'staff');
      const input = { orderId: { toString: 1 }, filter: { worker: { toString: 'x' } } };
      expect(await rawCall(gateway.url, procedure, input, { token })).toMatchObject({ status: 403 });
      expect(await auditOf(actor)).toMatchObject([{ action: procedure, outcome: 'refused', reason: 'FORBIDDEN' }]);
    },
  );

  test('what is no JSON is on record too', async () => {
    const { actor, token } = await someone('staff');
    expect(await rawCall(gateway.url, 'orders.cancel', '{"orderId":', { token })).toMatchObject({
      status: 400,
      error: { reason: 'NOT_JSON' },
    });
    expect(await auditOf(actor)).toMatchObject([{ outcome: 'refused', reason: 'NOT_JSON' }]);
  });
});

test.each(['TRACE', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('%s is refused wherever it goes', async (method) => {
  for (const path of ['/trpc/catalog.list', '/webhooks/stripe', '/metrics', '/nowhere'])
    expect(await send(method, path), path).toMatchObject({
      status: 405,
      allow: 'GET, HEAD, POST, OPTIONS',
      body: { error: { data: { reason: 'METHOD_NOT_SUPPORTED', field: 'method' } } },
    });
});

/** `fetch` sends no TRACE. */
function send(method: string, path: string): Promise<{ status: number | undefined; allow: unknown; body: unknown }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${gateway.url}${path}`, { method }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, allow: response.headers.allow, body: JSON.parse(text) });
    });
    asked.on('error', reject).end();
  });
}

describe('a token in an address', () => {
  const withParams = (procedure: string, input: object, token: string, init: RequestInit = {}) =>
    fetch(
      `${gateway.url}/trpc/${procedure}?${new URLSearchParams({
        connectionParams: JSON.stringify({ token }),
        ...(init.method === 'POST' ? {} : { input: JSON.stringify(input) }),
      })}`,
      { headers: { 'content-type': 'application/json' }, ...init },
    );

  test('counts for a subscription', async () => {
    const token = await tokenOf('alice');
    const { text } = await rawCall(gateway.url, 'orders.place', orderFor('watched'), { token });
    const orderId = (JSON.parse(text) as { result: { data: { order: { id: string } } } }).result.data.order.id;
    const abort = new AbortController();
    const response = await withParams('orders.watch', { orderId }, token, { signal: abort.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let seen = '';
    while (!seen.includes(orderId)) seen += Buffer.from((await reader.read()).value ?? []).toString();
    expect(seen).not.toContain('serialized-error');
    abort.abort();
  });

  test('is refused for anything else', async () => {
    const token = await tokenOf('alice');
    const answers = await Promise.all([
      withParams('orders.list', { limit: 1 }, token),
      withParams('catalog.list', { limit: 1 }, token),
      withParams('orders.place', {}, token, { method: 'POST', body: JSON.stringify(orderFor('params')) }),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: { data: { reason: 'UNAUTHENTICATED' } } });
    }
    const query = new URLSearchParams({ input: JSON.stringify({ limit: 1 }), token });
    expect((await fetch(`${gateway.url}/trpc/orders.list?${query}`)).status).toBe(401);
  });
});

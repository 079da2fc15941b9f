import { connect, type Socket } from 'node:net';
import { startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { testGateway } from '../testing/processes.ts';

let workers: WorkerFixture;
let gateway: RunningGateway | undefined;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
});
afterAll(() => workers?.close());

async function started(over: Record<string, string>): Promise<RunningGateway> {
  gateway = await testGateway(workers, inject('infrastructure'), over);
  return gateway;
}

/** A connection on which `sent` was written, what it was answered, and when it was closed. */
function open({ url }: RunningGateway, sent: string) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(answer)));
  const connected = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write(sent);
  return { socket, connected, closed };
}

const HEAD = 'POST /trpc/orders.place HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

describe('a request that does not come to its end is answered 408, and its connection closed', () => {
  test.each([
    ['in its body', `${HEAD}content-length: 100\r\n\r\n{"idem`],
    ['in its headers', HEAD],
    ['before it began', ''],
  ])('%s', async (_, sent) => {
    const answer = await open(await started({ REQUEST_TIMEOUT_SECONDS: '1' }), sent).closed;
    expect(answer).toMatch(/^HTTP\/1.1 408 Request Timeout\r\nconnection: close/);
  });
});

test.each([
  ['headers that are too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['no HTTP at all', 'HELO shop.example\r\n\r\n', 400],
])('%s: answered, and the connection closed', async (_, sent, status) => {
  const answer = await open(await started({}), sent).closed;
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain('connection: close');
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toEqual({ error: { message: expect.any(String) } });
});

test.each([
  ['in all', { MAX_CONNECTIONS: '2' }],
  ['from one address', { MAX_CONNECTIONS_PER_ADDRESS: '2' }],
])('more connections than there may be %s are closed; once one is gone there is room again', async (_, over) => {
  const running = await started(over);
  const live = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n';
  const first = open(running, live);
  const second = open(running, live);
  await Promise.all([first, second].map(({ socket }) => new Promise((resolve) => socket.once('data', resolve))));
  expect(await open(running, live).closed, 'the third').toBe('');

  first.socket.destroy();
  await first.closed;
  await expect
    .poll(async () =>
      (await open(running, live.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n')).closed).slice(0, 15),
    )
    .toBe('HTTP/1.1 200 OK');
  second.socket.destroy();
});

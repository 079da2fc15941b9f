import {
  eventually,
  isIndexed,
  type Query,
  recordQueries,
  startWorkerFixture,
  type WorkerFixture,
} from '@orderflow/runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, testOrderProcess, tokenOf } from '../testing/processes.ts';

/** Those that grow with the orders; of the others a store may read all. */
const GROWING = ['orders', 'archive_orders', 'orderkeys', 'documents', 'audit'];

let workers: WorkerFixture;
let gateway: RunningGateway;
let worker: Awaited<ReturnType<typeof testOrderProcess>>;
let alice: ReturnType<typeof clientOf>;
let staff: ReturnType<typeof clientOf>;
let orderId: string;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  gateway = await testGateway(workers, inject('infrastructure'));
  await gateway.ready;
  worker = await testOrderProcess(workers, inject('infrastructure'));
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  alice = clientOf(gateway.url, await tokenOf('alice'));
  staff = clientOf(gateway.url, await tokenOf('bob', 'staff'));
  orderId = (await alice.orders.place.mutate(orderFor('indexed-0001'))).order.id;
});
afterAll(async () => {
  await worker?.stop();
  await gateway?.stop();
  await workers?.close();
});

/** Which queries no index answers. */
async function unanswered(queries: readonly Query[]): Promise<string[]> {
  const found: string[] = [];
  for (const { collection, ...query } of queries.filter((one) => GROWING.includes(one.collection))) {
    const indexes = await workers.database
      .collection(collection)
      .indexes()
      .catch(() => []);
    if (!isIndexed(query, indexes)) found.push(`${collection}: ${JSON.stringify(query)}`);
  }
  return found;
}

async function queriesOf(ask: () => Promise<unknown>): Promise<Query[]> {
  const recording = recordQueries(gateway.service.database);
  await ask().finally(recording.stop);
  return recording.queries;
}

const DAY = '2026-11-26';
const search = (given: object) => () => staff.ops.orders.search.query(given);
const list = (given: object) => () => alice.orders.list.query(given);

test.each([
  ['placing an order', () => alice.orders.place.mutate(orderFor('indexed-0002'))],
  ['placing it again', () => alice.orders.place.mutate(orderFor('indexed-0001'))],
  ['an order’s page', () => alice.orders.get.query({ orderId })],
  ['a customer’s orders', list({})],
  ['… in a status', list({ status: 'delivered' })],
  ['… of some days', list({ from: DAY, until: DAY })],
  ['… by a word', list({ text: 'mug' })],
  ['all orders', search({})],
  ['a status', search({ status: 'delivered' })],
  ['a state of payment', search({ payment: 'captured' })],
  ['what staff should look at', search({ attention: true })],
  ['some days', search({ from: DAY, until: DAY })],
  ['a total', search({ total: 4_200 })],
  ['a name', search({ text: 'Ada Lovelace' })],
  ['an e-mail address', search({ text: 'ada@example.org' })],
  ['an order number', search({ text: 'ABCD-EF23' })],
  ['an id', search({ text: crypto.randomUUID() })],
  ['the end of an id', search({ text: 'b27f2cbe65b7' })],
  ['a day', search({ text: '26.11.2026' })],
  ['a name in a status, of some days', search({ text: 'Lovelace', status: 'delivered', from: DAY })],
  ['what has come back', () => staff.ops.returns.list.query({ limit: 10 })],
  ['the state of all', () => staff.ops.health.query().catch(() => {})],
  ['metrics', () => fetch(`${gateway.url}/metrics`).then((answer) => answer.text())],
] as const)('an index answers, however many orders there are: %s', async (_, ask) => {
  const queries = await queriesOf(ask);
  expect(await unanswered(queries)).toEqual([]);
});

test('what recurs by itself is answered by an index as well: outboxes and what buyers have tried', async () => {
  const seen: Query[] = [];
  const recording = recordQueries(gateway.service.database);
  await eventually('the outbox was looked through', () => recording.queries.some(({ filter }) => 'outboxAt' in filter));
  recording.stop();
  seen.push(...recording.queries);
  expect(await unanswered(seen)).toEqual([]);
});

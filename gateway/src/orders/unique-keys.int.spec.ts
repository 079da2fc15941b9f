import { startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { clientOf, rawCall } from '../testing/client.ts';
import { keyOf, orderFor } from '../testing/orders.ts';
import { testGateway, tokenOf } from '../testing/processes.ts';

let workers: WorkerFixture;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

test('orders of a former version, whose keys were unique for each customer only, are taken over, and their keys count', async () => {
  const before = workers.database.collection<{ _id: string; customerId: string; idempotencyKey: string }>('orders');
  await before.createIndex({ customerId: 1, idempotencyKey: 1 }, { unique: true });
  await before.insertMany([
    { _id: 'a', customerId: 'alice', idempotencyKey: keyOf('used twice') },
    { _id: 'b', customerId: 'bob', idempotencyKey: keyOf('used twice') },
    { _id: 'c', customerId: 'carol', idempotencyKey: keyOf('used once') },
  ]);

  const gateways = await Promise.all([1, 2].map(() => testGateway(workers, inject('infrastructure'))));
  await Promise.all(gateways.map(({ ready }) => ready));
  const { url } = gateways[0] as (typeof gateways)[number];

  expect(await before.find().sort({ _id: 1 }).toArray()).toMatchObject([
    { _id: 'a', idempotencyKey: keyOf('used twice') },
    { _id: 'b', idempotencyKey: `${keyOf('used twice')}:b` },
    { _id: 'c', idempotencyKey: keyOf('used once') },
  ]);
  const indexes = await before.indexes();
  expect(indexes.map(({ name }) => name)).not.toContain('customerId_1_idempotencyKey_1');
  expect(indexes.find(({ name }) => name === 'idempotencyKey_1')).toMatchObject({ unique: true });
  const token = await tokenOf('dave');
  for (const used of ['used twice', 'used once']) {
    const again = await rawCall(url, 'orders.place', orderFor(used), { token });
    expect(again).toMatchObject({ error: { reason: 'IDEMPOTENCY_MISMATCH' } });
  }
  expect((await clientOf(url, token).orders.place.mutate(orderFor('a new one'))).order.status).toBe('pending');
  await Promise.all(gateways.map(({ stop }) => stop()));
});

import { InventoryReserved } from '@orderflow/contracts';
import type { Model } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { aggregateModel, createOutbox, inserted, type Outbox, outboxOf, type Publisher, type Stored } from './index.ts';

let workers: WorkerFixture;
let model: Model<Stored<{ name: string }>>;
const open: Outbox[] = [];

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  model = aggregateModel<{ name: string }>(workers.database, 'things', { name: String });
  await model.init();
});
afterAll(async () => {
  for (const outbox of open) await outbox.close();
  await workers?.close();
});

const fact = (subject: string) =>
  eventFor(InventoryReserved, subject, {
    lines: [{ sku: 'MUG-1', quantity: 1 }],
    parcels: [{ parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: 'MUG-1', quantity: 1 }] }],
    holdUntil: '2026-01-01T00:00:00.000Z',
  });

function givenOutbox(publisher: Publisher = workers.publisher): Outbox {
  const outbox = createOutbox({
    model,
    publisher,
    log: workers.log,
    metrics: workers.metrics,
    sweepEveryMs: 60_000,
    clearEveryMs: 20,
  });
  open.push(outbox);
  return outbox;
}

async function givenStored(id: string, at: Date) {
  const event = fact(id);
  expect(await inserted(model, { _id: id, name: 'a', revision: 1, handled: {}, ...outboxOf([event], at) })).toBe(true);
  return event;
}

const outboxIn = async (id: string) => (await model.findById(id).lean<{ outbox?: unknown[] }>())?.outbox;

test('what is relayed is published at once and cleared soon after', async () => {
  const id = uuidv7();
  const event = await givenStored(id, new Date());

  await givenOutbox().relay(id, [event]);

  expect((await workers.fact(InventoryReserved, id)).id).toBe(event.id);
  await eventually('cleared', async () => (await outboxIn(id)) === undefined);
});

test('what a crash left behind is swept, also when the broker was away when it was stored', async () => {
  const id = uuidv7();
  const event = await givenStored(id, new Date(Date.now() - 60_000));

  expect(await givenOutbox().sweep()).toBeGreaterThan(0);

  expect((await workers.fact(InventoryReserved, id)).id).toBe(event.id);
  await eventually('cleared', async () => (await outboxIn(id)) === undefined);
});

test('what is young is left to the process that wrote it', async () => {
  const id = uuidv7();
  await givenStored(id, new Date());

  await givenOutbox().sweep();

  expect(await outboxIn(id)).toHaveLength(1);
});

test('a relay that fails does not fail its caller; nothing is cleared', async () => {
  const id = uuidv7();
  const event = await givenStored(id, new Date());
  const away: Publisher = {
    unavailable: undefined,
    unconfirmed: 0,
    send: () => Promise.reject(new Error('away')),
    publish: () => Promise.reject(new Error('away')),
  };
  const outbox = givenOutbox(away);

  await outbox.relay(id, [event]);
  await outbox.close();

  expect(await outboxIn(id)).toHaveLength(1);
});

test('an entry that was added since the publish is not cleared with it', async () => {
  const id = uuidv7();
  const first = await givenStored(id, new Date());
  const later = fact(id);
  await model.collection.updateOne({ _id: id } as never, { $push: { outbox: later } } as never);
  const outbox = givenOutbox();

  await outbox.relay(id, [first]);
  await outbox.close();

  expect(await outboxIn(id)).toHaveLength(2);
});

test('a second document with the same id is told apart from other errors', async () => {
  const id = uuidv7();
  await givenStored(id, new Date());
  expect(await inserted(model, { _id: id, name: 'b', revision: 1, handled: {} })).toBe(false);
});

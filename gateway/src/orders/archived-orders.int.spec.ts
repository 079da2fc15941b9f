import { randomUUID } from 'node:crypto';
import { newId } from '@orderflow/contracts';
import type { Archived } from '@orderflow/runtime';
import { archiveIn, archiving, eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { PUBLIC_URL, testGateway, tokenOf } from '../testing/processes.ts';
import { searchedId } from './search-orders.ts';

const { EJSON } = mongoose.mongo.BSON;
const DAY_MS = 86_400_000;

let workers: WorkerFixture;
let gateway: RunningGateway;
let staff: ReturnType<typeof clientOf>;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  gateway = await testGateway(workers, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  staff = clientOf(gateway.url, await tokenOf('bob', 'staff'));
});
afterAll(async () => {
  await gateway?.stop();
  await workers?.close();
});

type Stored = { _id: string };
const hot = () => workers.database.collection<Stored>('orders');
const archived = () => workers.database.collection<Archived>('archive_orders');

interface Shopper {
  readonly customer: string;
  readonly email: string;
  readonly client: ReturnType<typeof clientOf>;
}
async function shopper(): Promise<Shopper> {
  const customer = `carl-${randomUUID().slice(0, 8)}`;
  return { customer, email: `${customer}@example.org`, client: clientOf(gateway.url, await tokenOf(customer)) };
}

/** A delivered order of so many days ago: one that was placed now, under an id of then. */
async function old({ client, email }: Shopper, daysAgo: number, over: object = {}) {
  const input = orderFor(randomUUID(), { contact: { email } });
  const { order } = await client.orders.place.mutate(input);
  const at = new Date(Date.now() - daysAgo * DAY_MS);
  const id = newId(at);
  const document = await eventually('its event is published', async () => {
    return await hot().findOne({ _id: order.id, outboxAt: { $exists: false } } as never);
  });
  const { due: _due, ...aged } = EJSON.parse(EJSON.stringify(document).replaceAll(order.id, id)) as Record<
    string,
    unknown
  >;
  const charged = { status: 'delivered', payment: 'captured', shipment: 'delivered', captured: order.total };
  const then = { placedAt: at.toISOString(), changedAt: at, searchedId: searchedId(id) };
  await hot().insertOne({ ...aged, ...charged, ...then, deliveredAt: new Date().toISOString(), ...over } as never);
  await hot().deleteOne({ _id: order.id });
  const keys = workers.database.collection('orderkeys');
  await keys.updateMany({ orderId: order.id }, { $set: { orderId: id } });
  return { id, input, number: order.number, total: order.total.amount };
}

async function archive(): Promise<void> {
  const found = archiveIn(gateway.service.database, 'orders');
  if (!found) throw new Error('Orders have an archive');
  const range = { from: new Date(0), before: new Date(Date.now() - 100 * DAY_MS), now: new Date() };
  for await (const { left } of archiving(found, range)) expect(left).toEqual([]);
}
const placesOf = async (_id: string) => ({
  here: (await hot().countDocuments({ _id })) > 0,
  archived: (await archived().countDocuments({ _id })) > 0,
});
const ARCHIVED = { here: false, archived: true };
const HERE = { here: true, archived: false };

describe('an order that is archived', () => {
  test('is shown, listed, found and invoiced as before', async () => {
    const who = await shopper();
    const { client, customer, email } = who;
    const first = await old(who, 500);
    const second = await old(who, 400);
    const young = await old(who, 60);
    const newest = (await client.orders.place.mutate(orderFor(randomUUID(), { contact: { email } }))).order.id;
    const { id, number, total } = first;
    const invoice = await client.orders.invoice.query({ orderId: id });
    const bytesOf = async (url: string) =>
      Buffer.from(await (await fetch(url.replace(PUBLIC_URL, gateway.url))).arrayBuffer()).toString('base64');
    const listed = async (input: object) => {
      const { orders, nextCursor } = await client.orders.list.query(input);
      return { ids: orders.map((one) => one.id), nextCursor };
    };
    const found = async (input: object) =>
      (await staff.ops.orders.search.query(input)).orders
        .map((one) => one.id)
        .filter((one) => [id, second.id, young.id, newest].includes(one));
    const day = new Date(Date.now() - 500 * DAY_MS).toISOString().slice(0, 10);
    const seen = async () => ({
      order: await client.orders.get.query({ orderId: id }),
      timeline: await client.orders.timeline.query({ orderId: id }),
      pages: [
        await listed({}),
        await listed({ limit: 2 }),
        await listed({ limit: 2, cursor: young.id }),
        await listed({ text: 'enamel' }),
        await listed({ text: number }),
        await listed({ status: 'delivered' }),
        await listed({ until: day }),
      ],
      found: [
        await found({ text: id }),
        await found({ text: number }),
        await found({ text: id.slice(-12) }),
        await found({ text: customer }),
        await found({ text: email }),
        await found({ text: 'Ada', status: 'delivered', payment: 'captured', attention: false, total }),
        await found({ text: customer, from: day, until: day }),
      ],
      pdf: await bytesOf(invoice.url),
    });
    const before = await seen();
    expect(before.pages[0]?.ids).toEqual([newest, young.id, second.id, id]);
    expect(before.pages[2]?.ids).toEqual([second.id, id]);
    for (const ids of before.found) expect(ids).toContain(id);

    await archive();
    expect(await placesOf(id)).toEqual(ARCHIVED);
    expect(await placesOf(second.id)).toEqual(ARCHIVED);
    expect(await placesOf(young.id)).toEqual(HERE);
    expect(await seen()).toEqual(before);
    expect(await placesOf(id)).toEqual(ARCHIVED);
  });

  test('has no other order for its key', async () => {
    const who = await shopper();
    const { id, input } = await old(who, 400);
    await archive();
    const { order } = await who.client.orders.place.mutate(input);
    expect(order.id).toBe(id);
    expect(await placesOf(id)).toEqual(ARCHIVED);
    await expect(who.client.orders.place.mutate({ ...input, contact: { email: 'x@example.org' } })).rejects.toThrow(
      'idempotencyKey has been used',
    );
  });

  test('comes back for what staff or its customer do to it', async () => {
    const who = await shopper();
    const { id } = await old(who, 400);
    await archive();
    await staff.ops.orders.note.mutate({ orderId: id, noteId: randomUUID(), text: 'They called' } as never);
    expect(await placesOf(id)).toEqual(HERE);
    expect(await who.client.orders.get.query({ orderId: id })).toMatchObject({ id, status: 'delivered' });
  });

  test('is erased with its customer', async () => {
    const who = await shopper();
    const { id } = await old(who, 400);
    await archive();
    const input = { customer: who.customer, idempotencyKey: randomUUID(), reason: 'They asked', dryRun: false };
    const { orders } = await staff.ops.customers.erase.mutate(input as never);
    expect(orders.map(({ orderId }) => orderId)).toEqual([id]);
    expect(await placesOf(id)).toEqual(HERE);
    // Out of the facts on record order-process takes it, which hears `order.erased`; none runs here.
    const { relayed: _facts, ...kept } = { relayed: [], ...(await hot().findOne({ _id: id })) };
    expect(kept).toMatchObject({ customerId: 'erased' });
    expect(JSON.stringify(kept)).not.toContain(who.customer);
  });

  test('stays where it is while staff have to look at it, or it has not ended', async () => {
    const who = await shopper();
    const staying = [
      await old(who, 400, { attention: 'a refund failed' }),
      await old(who, 400, { toInspect: true }),
      await old(who, 400, { status: 'shipped' }),
    ];
    await archive();
    for (const { id } of staying) expect(await placesOf(id)).toEqual(HERE);
  });

  test('is shown once where its move was broken off, as it is now', async () => {
    const who = await shopper();
    const { id } = await old(who, 400);
    const before = await hot().findOne({ _id: id });
    await archive();
    await archived().updateOne({ _id: id } as never, { $set: { movingAt: new Date() } });
    await hot().insertOne({ ...before, status: 'cancelled', customerId: who.customer } as never);
    const { orders } = await who.client.orders.list.query({});
    expect(orders.map(({ id: one, status }) => [one, status])).toEqual([[id, 'cancelled']]);
    expect((await who.client.orders.list.query({ status: 'delivered' })).orders).toEqual([]);
  });
});

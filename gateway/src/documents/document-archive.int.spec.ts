import { randomUUID } from 'node:crypto';
import { newOrderId } from '@orderflow/contracts';
import { sellerFrom } from '@orderflow/documents';
import { startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { OrderState } from '../orders/order-state.ts';
import { placed } from '../testing/order-history.ts';
import { documentArchive } from './document-archive.ts';
import { documentIssuer, formerDocument } from './issuer.ts';

let workers: WorkerFixture;
/** Of replicas, each with a connection of its own. */
let connections: mongoose.Connection[];

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  const open = () =>
    mongoose.createConnection(inject('infrastructure').mongodbUri, { dbName: workers.databaseName }).asPromise();
  connections = await Promise.all([open(), open(), open()]);
});
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await workers.close();
});

const anOrderState = (over: Partial<OrderState> = {}): OrderState => ({ ...placed, ...over });
const now = new Date('2026-11-24T08:00:00.000Z');
const issuerOf = (name: string, connection = connections[0] as mongoose.Connection, over: object = {}) =>
  documentIssuer({
    archive: documentArchive(connection),
    seller: { ...sellerFrom({ SELLER_NAME: name }), ...over },
    localeOf: async () => undefined,
  });
const numbersOf = (issued: readonly { content: { document: { number: string } } }[]) =>
  issued.map(({ content }) => content.document.number);

describe('numbers of a seller and a year', () => {
  test('count up from one without a gap, however many replicas issue at once', async () => {
    const seller = randomUUID();
    const replicas = connections.map((connection) => issuerOf(seller, connection));
    const issued = await Promise.all(
      Array.from({ length: 60 }, (_, n) => replicas[n % 3]?.invoice(randomUUID(), anOrderState(), now)),
    );
    const expected = Array.from({ length: 60 }, (_, n) => `INV-2026-${String(n + 1).padStart(6, '0')}`);
    expect(numbersOf(issued as never).sort()).toEqual(expected);
  });

  test('are given once for each order, whoever asks again, at whatever time', async () => {
    const [seller, orderId] = [randomUUID(), randomUUID()];
    const replicas = connections.map((connection) => issuerOf(seller, connection));
    const issued = await Promise.all(
      Array.from({ length: 9 }, (_, n) =>
        replicas[n % 3]?.invoice(orderId, anOrderState(), new Date(now.getTime() + n)),
      ),
    );
    expect(new Set(numbersOf(issued as never))).toEqual(new Set(['INV-2026-000001']));
    expect(new Set(issued.map((one) => one?.pdf.toString('base64'))).size).toBe(1);
    expect(numbersOf([await issuerOf(seller).invoice(randomUUID(), anOrderState(), now)])).toEqual(['INV-2026-000002']);
  });

  test('begin again with the year of the seller’s calendar, and apart for credit notes and for another seller', async () => {
    const seller = randomUUID();
    const newYear = new Date('2026-12-31T23:30:00.000Z');
    const refundId = randomUUID();
    const refunded = anOrderState({ refunds: [aRefund(refundId)] });
    expect(
      numbersOf([
        await issuerOf(seller).invoice(randomUUID(), anOrderState(), newYear),
        await issuerOf(seller, connections[1], { timeZone: 'UTC' }).invoice(randomUUID(), anOrderState(), newYear),
        await issuerOf(seller).creditNote(randomUUID(), refunded, refundId, newYear),
        await issuerOf(randomUUID()).invoice(randomUUID(), anOrderState(), newYear),
      ]),
    ).toEqual(['INV-2027-000001', 'INV-2026-000001', 'CN-2027-000001', 'INV-2027-000001']);
  });

  test('are found by their index, however many there are: it has those with a number only, and they are asked for', async () => {
    const [connection] = connections as [mongoose.Connection];
    const issuer = issuerOf(randomUUID(), connection);
    const { collection } = connection.models.documents as mongoose.Model<unknown>;
    const asked = vi.spyOn(collection, 'findOne');
    await issuer.invoice(randomUUID(), anOrderState(), now);
    const filters = asked.mock.calls.map(([filter]) => filter as object).filter((filter) => 'seller' in filter);
    asked.mockRestore();
    const [series] = (await collection.indexes()).filter(({ unique }) => unique);
    expect(filters.length).toBeGreaterThan(0);
    for (const filter of filters) expect(filter).toMatchObject(series?.partialFilterExpression as object);
  });

  test('are each region’s own, and say so: cells that know nothing of each other never give one twice', async () => {
    const seller = randomUUID();
    const inRegion = (region?: number) => issuerOf(seller).invoice(newOrderId(now, region), anOrderState(), now);
    expect(numbersOf([await inRegion(1), await inRegion(2), await inRegion(2), await inRegion()])).toEqual([
      'INV-2026-R1-000001',
      'INV-2026-R2-000001',
      'INV-2026-R2-000002',
      'INV-2026-000001',
    ]);
  });
});

describe('what was issued', () => {
  test('stays as it is, to the byte, whatever becomes of language, seller, order or template', async () => {
    const orderId = randomUUID();
    const first = await issuerOf('Tea & Co').invoice(orderId, anOrderState(), now);
    const changed = anOrderState({ locale: 'de', address: { ...anOrderState().address, name: 'Somebody else' } });
    const again = await issuerOf('Coffee & Co', connections[1]).invoice(orderId, changed, now);
    expect(again).toEqual(first);
    const stored = workers.database.collection<{ _id: string }>('documents');
    await stored.updateOne(
      { _id: `${orderId}:invoice` },
      { $set: { pdf: Buffer.from('as an older template made it') } },
    );
    const kept = await documentArchive(connections[2] as mongoose.Connection).find(`${orderId}:invoice`);
    expect(kept?.pdf.toString()).toBe('as an older template made it');
  });

  test('has its bytes made when whoever gave the number died before', async () => {
    const [orderId, seller] = [randomUUID(), randomUUID()];
    const first = await issuerOf(seller).invoice(orderId, anOrderState(), now);
    await workers.database
      .collection<{ _id: string }>('documents')
      .updateOne({ _id: `${orderId}:invoice` }, { $unset: { pdf: 1, digest: 1 } });
    expect(await issuerOf(seller, connections[1]).invoice(orderId, anOrderState(), now)).toEqual(first);
  });

  test('of before there were series is kept under its former number, in no series, from when it is asked for', async () => {
    const [orderId, seller] = [randomUUID(), sellerFrom({ SELLER_NAME: randomUUID() })];
    const former = formerDocument(orderId, anOrderState(), undefined, { locale: 'en', seller });
    if (!former) throw new Error('There is none');
    const archive = documentArchive(connections[0] as mongoose.Connection);
    const adopted = await archive.adopt(former.content, former.at);
    expect(adopted.content.document.number).toMatch(/^INV-\d{8}-[0-9A-F]{12}$/);
    expect(await archive.adopt(former.content, former.at)).toEqual(adopted);
    expect(await archive.find(`${orderId}:invoice`)).toEqual(adopted);
    expect(numbersOf([await issuerOf(seller.name).invoice(randomUUID(), anOrderState(), now)])).toEqual([
      'INV-2026-000001',
    ]);
  });
});

const aRefund = (refundId: string) => ({
  ...{ refundId, amount: { amount: 500, currency: 'EUR' }, lines: [], restock: false },
  ...{ reason: 'Late', status: 'succeeded' as const, at: now.toISOString() },
});

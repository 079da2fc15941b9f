import { defineEvent, defineWorker } from '@orderflow/contracts';
import mongoose, { Schema } from 'mongoose';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import type { Service } from './service.ts';

const said = defineEvent('shelf.filled', { version: 1, summary: '', saidBy: ['shelf'], data: z.object({}) });
const shelf = defineWorker({ name: 'shelf', summary: '', hears: [], says: [said] });
const schema = (collection: string) =>
  new Schema({ sku: { type: String, unique: true }, place: String }, { collection, versionKey: false }).index({
    place: 1,
    sku: -1,
  });

let workers: WorkerFixture;
const services: Service[] = [];
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterEach(() => void vi.restoreAllMocks());
afterAll(async () => {
  for (const service of services) await service.stop();
  await workers?.close();
});

async function startShelf(collection: string): Promise<Service> {
  const service = await workers.startService(shelf);
  services.push(service);
  service.database.model(collection, schema(collection));
  return service;
}

const indexesOf = async (collection: string) =>
  (await workers.database.collection(collection).indexes()).map(({ name }) => name).sort();

/** As DocumentDB answers where several processes make indexes at once. */
function meetingOthers(times: number) {
  let left = times;
  const make = mongoose.mongo.Collection.prototype.createIndex;
  return vi.spyOn(mongoose.mongo.Collection.prototype, 'createIndex').mockImplementation(async function (
    this: mongoose.mongo.Collection,
    ...args
  ) {
    if (left-- > 0) throw new mongoose.mongo.MongoServerError({ message: 'deadlock detected', code: 8 });
    return make.apply(this, args);
  });
}

test('a process whose indexes met another’s makes them all the same', async () => {
  const shelves = await startShelf('met');
  const warned = vi.spyOn(shelves.log, 'warn');
  meetingOthers(2);
  await shelves.storeReady();
  expect(await indexesOf('met')).toEqual(['_id_', 'place_1_sku_-1', 'sku_1']);
  expect(warned.mock.calls.map(([fields]) => fields)).toMatchObject([
    { what: 'the index sku_1 of met', tries: 1, error: 'deadlock detected' },
    { what: 'the index sku_1 of met', tries: 2, error: 'deadlock detected' },
  ]);
});

test('an index that its documents do not allow stops the start, and is named', async () => {
  await workers.database.collection('doubled').insertMany([{ sku: 'MUG' }, { sku: 'MUG' }]);
  const shelves = await startShelf('doubled');
  await expect(shelves.storeReady()).rejects.toThrow(
    /^The store did not make ready the index sku_1 of doubled: E11000 duplicate key/,
  );
  expect(shelves.checks.get('store')?.()).toBe('not connected to MongoDB');
});

test('what is asked again makes only what is new', async () => {
  const shelves = await startShelf('first');
  await shelves.storeReady();
  const made = meetingOthers(0);
  shelves.database.model('second', schema('second'));
  await shelves.storeReady();
  expect(made.mock.contexts.map((one) => (one as mongoose.mongo.Collection).collectionName)).toEqual([
    'second',
    'second',
  ]);
});

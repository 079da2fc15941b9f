import { once } from 'node:events';
import { defineEvent, defineWorker } from '@orderflow/contracts';
import { Schema } from 'mongoose';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { silentAtFirst, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { processEnv, readConfig } from './config.ts';
import { startService } from './service.ts';
import { storeIsAway } from './store-errors.ts';

const said = defineEvent('clock.struck', { version: 1, summary: '', saidBy: ['clock'], data: z.object({}) });
const clock = defineWorker({ name: 'clock', summary: '', hears: [], says: [said] });
const HOURS = new Schema({ hour: Number }, { collection: 'hours', versionKey: false });
/** Mongoose would hold calls back until the next one, or for ten seconds before the first connection. */
const HEARTBEAT_MS = 5_000;
const AT_ONCE_MS = HEARTBEAT_MS / 2;

let workers: WorkerFixture;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

async function startClock(mongodbUri: string) {
  const config = readConfig(processEnv, {
    AMQP_URL: await workers.urlOf('clock'),
    MONGODB_URI: mongodbUri,
    MONGODB_DATABASE: workers.databaseName,
    LOG_LEVEL: 'silent',
  });
  const service = await startService(clock, config);
  return { service, hours: service.database.model('hours', HOURS) };
}

test('a call that comes before the store was reached is refused at once, as what it is', async () => {
  const way = await silentAtFirst({ host: '127.0.0.1', port: 1 }, Number.POSITIVE_INFINITY);
  const { service, hours } = await startClock(`mongodb://127.0.0.1:${way.port}`);
  const began = performance.now();
  await expect((async () => hours.countDocuments())()).rejects.toSatisfy(storeIsAway);
  await expect((async () => hours.collection.findOne({}))()).rejects.toSatisfy(storeIsAway);
  expect(performance.now() - began).toBeLessThan(AT_ONCE_MS);
  await service.stop();
  await way.close();
});

test('a clock that is set five minutes ahead holds back no call', async () => {
  const { mongodbUri } = inject('infrastructure');
  const { service, hours } = await startClock(
    `${mongodbUri}${mongodbUri.includes('?') ? '&' : '?'}heartbeatFrequencyMS=${HEARTBEAT_MS}`,
  );
  await service.storeReady();
  await once(service.database.getClient(), 'serverHeartbeatSucceeded');
  const now = Date.now.bind(Date);
  const set = vi.spyOn(Date, 'now').mockImplementation(() => now() + 300_000);
  const began = performance.now();
  try {
    expect(await hours.countDocuments()).toBe(0);
    expect((await service.database.listCollections()).map(({ name }) => name)).toContain('hours');
    await hours.createCollection();
  } finally {
    set.mockRestore();
  }
  expect(performance.now() - began).toBeLessThan(AT_ONCE_MS);
  await service.stop();
});

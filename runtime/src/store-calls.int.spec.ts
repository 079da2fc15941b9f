import { once } from 'node:events';
import { defineEvent, defineWorker } from '@orderflow/contracts';
import { Schema } from 'mongoose';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { z } from 'zod';
import { silentAtFirst, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { storeIsAway } from './store-errors.ts';

const said = defineEvent('clock.struck', { version: 1, summary: '', saidBy: ['clock'], data: z.object({}) });
const clock = defineWorker({ name: 'clock', summary: '', hears: [], says: [said] });
const HOURS = new Schema({ hour: Number }, { collection: 'hours', versionKey: false });
/** Mongoose would hold calls back until the next one. */
const HEARTBEAT_MS = 5_000;

let workers: WorkerFixture;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

async function startClock(mongodbUri: string) {
  const service = await workers.startService(clock, mongodbUri);
  return { service, hours: service.database.model('hours', HOURS) };
}

test('a call that comes before the store was reached is refused at once, as what it is', async () => {
  const way = await silentAtFirst({ host: '127.0.0.1', port: 1 }, Number.POSITIVE_INFINITY);
  const { service, hours } = await startClock(`mongodb://127.0.0.1:${way.port}`);
  for (const call of [async () => hours.countDocuments(), async () => hours.collection.findOne({})]) {
    const error = await call().catch((failure: unknown) => failure);
    expect(storeIsAway(error)).toBe(true);
    // And not that it was held back until time was up.
    expect((error as Error).message).toMatch(/before initial connection/);
  }
  await service.stop();
  await way.close();
});

test('a clock that is set five minutes ahead holds back no call', async () => {
  const { mongodbUri } = inject('infrastructure');
  const { service, hours } = await startClock(
    `${mongodbUri}${mongodbUri.includes('?') ? '&' : '?'}heartbeatFrequencyMS=${HEARTBEAT_MS}`,
  );
  await service.storeReady();
  const heartbeat = () => once(service.database.getClient(), 'serverHeartbeatSucceeded').then(() => 'heartbeat');
  await heartbeat();
  const now = Date.now.bind(Date);
  const set = vi.spyOn(Date, 'now').mockImplementation(() => now() + 300_000);
  const calls = async () => {
    expect(await hours.countDocuments()).toBe(0);
    expect((await service.database.listCollections()).map(({ name }) => name)).toContain('hours');
    await hours.createCollection();
    return 'calls';
  };
  try {
    expect(await Promise.race([calls(), heartbeat()])).toBe('calls');
  } finally {
    set.mockRestore();
  }
  await service.stop();
});

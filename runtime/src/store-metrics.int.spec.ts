import { defineWorker } from '@orderflow/contracts';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startWorkerFixture, type WorkerFixture } from '../testing/index.ts';

let workers: WorkerFixture;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

test('commands to the store are timed, and what they find is decoded for nobody but who asked', async () => {
  const timer = defineWorker({ name: 'timer', summary: '', hears: [], says: [] });
  const service = await workers.startService(timer);
  await service.storeReady();
  const seen: unknown[] = [];
  service.database.on('commandSucceeded', ({ reply }: { reply: { cursor?: Record<string, unknown[]> } }) =>
    seen.push(...(reply.cursor?.firstBatch ?? []), ...(reply.cursor?.nextBatch ?? [])),
  );
  const letters = service.database.collection<{ _id: number; lines: string[] }>('letters');
  const three = [1, 2, 3].map((_id) => ({ _id, lines: ['Dear'] }));
  await letters.insertMany(three);

  // The third comes with a getMore.
  expect(await letters.find().sort({ _id: 1 }).batchSize(2).toArray()).toEqual(three);
  expect(seen).toHaveLength(3);
  expect(seen.every((one) => one instanceof Uint8Array)).toBe(true);
  const metrics = await service.metrics.registry.metrics();
  for (const command of ['insert', 'find', 'getMore']) {
    const counted = `orderflow_store_command_duration_seconds_count\\{.*command="${command}",outcome="ok".*\\} 1`;
    expect(metrics).toMatch(new RegExp(counted));
  }
  await service.stop();
});

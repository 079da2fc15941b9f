import { defineEvent, defineWorker } from '@orderflow/contracts';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { brokerIdentity } from './broker/address.ts';
import { circuitBoard } from './circuit-board.ts';
import { aggregateModel, change, DependencyError, mongooseAggregates, type OpenCircuit, runWorker } from './index.ts';

let workers: WorkerFixture;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

test('an open circuit is written down, and taken off when it closes', async () => {
  let down = true;
  const asked = defineEvent('board.asked', { version: 1, summary: '', saidBy: ['test'], data: z.object({}) });
  const definition = defineWorker({ name: 'boarder', summary: '', hears: [asked], says: [] });
  const aggregates = mongooseAggregates(
    aggregateModel<{ done: boolean }>(workers.database, 'boarders', { done: Boolean }),
  );
  const handlers = {
    'board.asked': () => {
      if (down) throw new DependencyError('stripe', 'connection refused');
      return change({ done: true });
    },
  };
  const worker = await runWorker(
    definition,
    { deps: {}, aggregates, handlers },
    {
      consuming: await workers.connect('boarder'),
      publisher: workers.publisher,
      identity: brokerIdentity('boarder', `${workers.vhost}.`),
      log: workers.log,
      metrics: workers.metrics,
      board: circuitBoard(workers.database, 'boarder', workers.log),
      settings: {
        prefetch: 4,
        concurrency: 1,
        handlerTimeoutMs: 1_000,
        retry: { delaysMs: [20], maxAttempts: 100 },
        region: 'test',
        circuit: { threshold: 2, probeDelaysMs: [50] },
      },
    },
  );
  const circuits = () => workers.database.collection<OpenCircuit>('circuits').find().toArray();

  await eventually('consuming', () => worker.consuming);
  await workers.publisher.publish(Array.from({ length: 3 }, () => eventFor(asked, uuidv7(), {})));

  await eventually('on the board', async () => (await circuits()).length === 1);
  expect(await circuits()).toMatchObject([{ worker: 'boarder', dependency: 'stripe', at: expect.any(Date) }]);
  down = false;
  await eventually('off the board', async () => (await circuits()).length === 0);
  await worker.drain(1_000);
});

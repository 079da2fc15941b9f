import { defineEvent, defineWorker } from '@orderflow/contracts';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import {
  aggregateModel,
  change,
  type Decision,
  type HandlerContext,
  type HandlingRecord,
  type Ignore,
  ignore,
  mongooseAggregates,
  outsideCall,
  PermanentError,
} from './index.ts';

interface Bell {
  rung: number;
}
interface StoredBell extends Bell {
  _id: string;
  revision: number;
  hops: Record<string, HandlingRecord>;
  handled: Record<string, unknown[]>;
  outbox?: unknown[];
}

let workers: WorkerFixture;
let number = 0;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

async function givenBell(ring: (state: Bell | null, context: HandlerContext) => Promise<Decision<Bell, never>>) {
  const name = `bell-${++number}`;
  const pulled = defineEvent(`bell${number}.pulled`, { version: 1, summary: '', saidBy: ['test'], data: z.object({}) });
  const definition = defineWorker({ name, summary: 'Rings.', hears: [pulled], says: [] });
  const aggregates = mongooseAggregates<Bell>(aggregateModel<Bell>(workers.database, name, { rung: Number }));
  const handlers = {
    [pulled.type]: (_: object, __: object, state: Bell | null, context: HandlerContext) => ring(state, context),
  } as never;
  await workers.run(definition, { deps: {}, aggregates, handlers });
  const pull = async (id: string) => {
    const event = eventFor(pulled, id, {});
    await workers.publisher.publish([event]);
    const stored = await eventually('the event is marked', async () => {
      const found = await workers.database.collection<StoredBell>(name).findOne({ _id: id });
      return found?.handled[event.id] && found;
    });
    return { event, stored, record: stored.hops[event.id] };
  };
  return { pull, aggregates, name };
}

test('a handling record keeps its attempts, what failed before and each outside call with its outcome', async () => {
  const { pull } = await givenBell(async (_, { attempt }) => {
    await outsideCall('tower', 'ropes.pull', async () => {
      if (attempt === 1) throw new Error('the rope slipped');
    });
    return change({ rung: 1 });
  });

  const { record } = await pull(uuidv7());

  expect(record).toMatchObject({
    attempt: 2,
    ms: expect.any(Number),
    calls: [{ to: 'tower', operation: 'ropes.pull', ms: expect.any(Number) }],
    failures: [{ error: 'the rope slipped', calls: [{ to: 'tower', error: 'the rope slipped' }] }],
  });
  expect(record?.calls?.[0]).not.toHaveProperty('error');
});

test('a handling record with nothing to tell is small', async () => {
  const { pull } = await givenBell(async () => change({ rung: 1 }));

  const { record } = await pull(uuidv7());

  expect(Object.keys(record ?? {}).sort()).toEqual(['at', 'attempt', 'ms', 'type']);
});

test('an ignored event is marked with the reason, and changes nothing', async () => {
  const { pull } = await givenBell(async (state) => (state ? ignore('it has rung') : change({ rung: 1 })));
  const id = uuidv7();
  await pull(id);

  const { event, stored, record } = await pull(id);

  expect(stored).toMatchObject({ rung: 1, revision: 1 });
  expect(stored.handled[event.id]).toEqual([]);
  expect(record).toMatchObject({ ignored: 'it has rung' });
});

test.each<[string, () => Ignore]>([
  ['ignored', () => ignore('silent')],
  [
    'given up',
    () => {
      throw new PermanentError('nobody can ring it');
    },
  ],
])('what was %s because of a state that has changed meanwhile is decided again', async (_, refuse) => {
  const id = uuidv7();
  let looks = 0;
  const given: { change?: () => Promise<unknown> } = {};
  const { pull, aggregates } = await givenBell(async (state) => {
    if (!state) return change({ rung: 0 });
    looks += 1;
    if (looks === 1) await given.change?.();
    return state.rung === 0 ? refuse() : change({ rung: state.rung + 1 });
  });
  await pull(id);
  given.change = async () => {
    const from = await aggregates.load(id);
    if (from) await aggregates.amend({ id, from, to: { rung: 5 }, say: [], at: new Date() });
  };

  const { stored } = await pull(id);

  expect(looks).toBe(2);
  expect(stored).toMatchObject({ rung: 6 });
});

test('an amendment is guarded like a commit and keeps its facts in the outbox', async () => {
  const { pull, aggregates, name } = await givenBell(async () => change({ rung: 1 }));
  const id = uuidv7();
  const { event } = await pull(id);
  const from = await aggregates.load(id);
  if (!from) throw new Error('it is not there');
  const amend = (rung: number) => aggregates.amend({ id, from, to: { rung }, say: [event], at: new Date() });

  const done = await Promise.all([amend(2), amend(3)]);

  expect(done.filter(Boolean)).toHaveLength(1);
  const stored = await workers.database.collection<StoredBell>(name).findOne({ _id: id });
  expect(stored).toMatchObject({ revision: 2, outbox: [{ id: event.id }] });
});

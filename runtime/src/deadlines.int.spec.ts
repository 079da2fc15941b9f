import { defineEvent, defineWorker } from '@orderflow/contracts';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { aggregateModel, change, type HandlerContext, mongooseAggregates, PermanentError } from './index.ts';

/** An egg timer: it rings once its time is up, unless it is stopped or given more time. */
type Egg = { status: 'cooking'; until: string } | { status: 'stopped' | 'rung' };

let workers: WorkerFixture;
let number = 0;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

function givenEggTimer(onRing: (context: HandlerContext) => void = () => {}) {
  const name = `egg-${++number}`;
  const set = defineEvent(`egg${number}.set` as 'egg.set', {
    version: 1,
    summary: '',
    saidBy: ['test'],
    data: z.object({ until: z.iso.datetime().nullable() }),
  });
  const rung = defineEvent(`egg${number}.rung` as 'egg.rung', {
    version: 1,
    summary: '',
    saidBy: [name],
    data: z.object({}),
  });
  const definition = defineWorker({ name, summary: 'Rings.', hears: [set], says: [rung] });
  const model = aggregateModel<Egg>(workers.database, name, { status: String, until: String });
  const deadlineOf = (egg: Egg) => (egg.status === 'cooking' ? { name: 'done', at: new Date(egg.until) } : null);
  const aggregates = mongooseAggregates<Egg>(model, { deadlineOf });
  const rings: HandlerContext[] = [];
  const handlers = {
    [set.type]: (_: object, event: { data: { until: string | null } }): { state: Egg } =>
      change(event.data.until === null ? { status: 'stopped' } : { status: 'cooking', until: event.data.until }),
  } as never;
  const parts = {
    deps: {},
    aggregates,
    handlers,
    onDeadline: (_: object, __: object, ___: Egg | null, context: HandlerContext) => {
      rings.push(context);
      onRing(context);
      return change({ status: 'rung' } as const, [rung.of({})]);
    },
  };
  const setTo = (id: string, until: Date | null) =>
    workers.publisher.publish([eventFor(set, id, { until: until?.toISOString() ?? null })]);
  const stored = (id: string) => workers.database.collection<{ _id: string; due?: Date }>(name).findOne({ _id: id });
  const started = (id: string) => eventually('it is cooking', async () => (await stored(id))?.due);
  return { definition, parts, rings, rung, setTo, stored, started, aggregates };
}

const inMinutes = (minutes: number) => new Date(workers.clock.now().getTime() + minutes * 60_000);
const saidOf = (type: string, id: string) =>
  workers.heard.filter((event) => event.type === type && event.subject === id);

test('acts once when the time is up, however many replicas watch', async () => {
  const { definition, parts, rings, rung, setTo, started, stored } = givenEggTimer();
  for (let replica = 0; replica < 3; replica++) await workers.run(definition, parts as never);
  const ids = Array.from({ length: 10 }, () => uuidv7());
  const until = inMinutes(5);
  for (const id of ids) await setTo(id, until);
  for (const id of ids) await started(id);
  expect(rings).toHaveLength(0);

  workers.clock.advance(5 * 60_000);

  for (const id of ids) {
    const fact = await workers.fact(rung, id);
    expect(fact.causationid).toBeDefined();
    expect(await stored(id)).toMatchObject({ status: 'rung' });
    expect(await stored(id)).not.toHaveProperty('due');
  }
  expect(rings).toHaveLength(10);
  expect(ids.map((id) => saidOf(rung.type, id).length)).toEqual(ids.map(() => 1));
});

test('survives a restart: what passed while nobody ran is acted on afterwards', async () => {
  const { definition, parts, rung, setTo, started } = givenEggTimer();
  const first = await workers.run(definition, parts as never);
  const id = uuidv7();
  await setTo(id, inMinutes(5));
  await started(id);
  await first.drain(1_000);
  workers.clock.advance(60 * 60_000);

  await workers.run(definition, parts as never);

  await workers.fact(rung, id);
});

test('a deadline that was moved or lifted does not fire', async () => {
  const { definition, parts, rung, setTo, started, stored, rings } = givenEggTimer();
  await workers.run(definition, parts as never);
  const [moved, lifted, witness] = [uuidv7(), uuidv7(), uuidv7()];
  for (const id of [moved, lifted, witness]) await setTo(id, inMinutes(5));
  for (const id of [moved, lifted, witness]) await started(id);
  await setTo(moved, inMinutes(600));
  await setTo(lifted, null);
  await eventually('lifted', async () => !(await stored(lifted))?.due);

  workers.clock.advance(10 * 60_000);
  await workers.fact(rung, witness);

  expect(rings).toHaveLength(1);
  workers.clock.advance(600 * 60_000);
  await workers.fact(rung, moved);
  expect(saidOf(rung.type, lifted)).toEqual([]);
});

test('one that a crash left claimed is sent when the lease has run out, and is handled once', async () => {
  const { definition, parts, rings, rung, setTo, started, aggregates } = givenEggTimer();
  const first = await workers.run(definition, parts as never, { deadlinesEveryMs: 600_000 });
  const id = uuidv7();
  await setTo(id, inMinutes(5));
  await started(id);
  workers.clock.advance(6 * 60_000);
  const claimed = await aggregates.claimDue(workers.clock.now(), 30_000);
  expect(claimed).toMatchObject({ id, deadline: { name: 'done' } });
  expect(await aggregates.claimDue(workers.clock.now(), 30_000)).toBeNull();
  await first.drain(1_000);
  await workers.run(definition, parts as never);
  expect(rings).toHaveLength(0);

  workers.clock.advance(31_000);

  await workers.fact(rung, id);
  expect(rings).toHaveLength(1);
});

test('is retried and dead-lettered like any message', async () => {
  const { definition, parts, rings, setTo, started } = givenEggTimer(({ attempt }) => {
    if (attempt < 2) throw new Error('not now');
    throw new PermanentError('never');
  });
  await workers.run(definition, parts as never);
  const id = uuidv7();
  await setTo(id, inMinutes(1));
  await started(id);

  workers.clock.advance(60_000);

  const deadLettered = await workers.deadLettered(definition.name);
  expect(deadLettered.properties).toMatchObject({ type: 'deadline.passed', correlationId: id });
  expect(deadLettered.properties.headers).toMatchObject({ 'x-error-message': 'never', 'x-attempt': 2 });
  expect(rings.map(({ attempt }) => attempt)).toEqual([1, 2]);
});

test('a worker without a handler for deadlines watches none', async () => {
  const { definition, parts, setTo, started, aggregates } = givenEggTimer();
  const { onDeadline: _, ...without } = parts;
  const worker = await workers.run(definition, without as never);
  const id = uuidv7();
  await setTo(id, inMinutes(1));
  await started(id);
  workers.clock.advance(60_000);
  await worker.drain(1_000);

  expect(await aggregates.claimDue(workers.clock.now(), 1_000)).toMatchObject({ id });
});

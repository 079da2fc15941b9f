import { defineEvent, defineWorker, type EventDefinition, earlierVersion } from '@orderflow/contracts';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { aggregateModel, change, declareTopology, mongooseAggregates, recordSubscriptions } from './index.ts';

let workers: WorkerFixture;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

interface Weight {
  grams: number;
}
const WEIGHED = 'parcel.weighed';
const Before = defineEvent(WEIGHED, {
  version: 1,
  summary: '',
  saidBy: ['scale'],
  data: z.object({ kilos: z.number() }),
});
const Now = defineEvent(WEIGHED, {
  version: 2,
  summary: '',
  saidBy: ['scale'],
  data: z.object({ grams: z.int() }),
  earlier: [earlierVersion(Before, ({ kilos }) => ({ grams: Math.round(kilos * 1_000) }))],
});

/** A worker that keeps the weight that it hears. */
async function givenHearer<D extends EventDefinition>(name: string, hears: D, gramsOf: (data: never) => number) {
  const model = aggregateModel<Weight>(workers.database, name, { grams: Number });
  const handlers = { [WEIGHED]: (_: object, { data }: { data: unknown }) => change({ grams: gramsOf(data as never) }) };
  const definition = defineWorker({ name, summary: '', hears: [hears], says: [], collection: name });
  await workers.run(definition, {
    deps: {},
    aggregates: mongooseAggregates<Weight>(model),
    handlers: handlers as never,
  });
  return {
    weighs: (id: string, grams: number) =>
      eventually(`${name} knows ${id}`, async () => (await model.findById(id).lean())?.grams === grams),
  };
}

describe('given a publisher that goes from one version of an event to the next', () => {
  test('a hearer of both hears the old one, then both, then the new one; one that knows the old alone dead-letters the new', async () => {
    const released = await givenHearer('shelf', Now, ({ grams }: { grams: number }) => grams);
    const forgotten = await givenHearer('cellar', Before, ({ kilos }: { kilos: number }) => kilos * 1_000);

    await workers.publisher.publish([eventFor(Before, 'p1', { kilos: 1.5 })]);
    await released.weighs('p1', 1_500);
    await forgotten.weighs('p1', 1_500);

    await workers.publisher.publish([eventFor(Now, 'p2', { grams: 20 }), eventFor(Before, 'p3', { kilos: 3 })]);
    await Promise.all([released.weighs('p2', 20), released.weighs('p3', 3_000), forgotten.weighs('p3', 3_000)]);
    const { properties } = await workers.deadLettered('cellar');
    expect(properties.headers?.['x-error-message']).toBe(
      'Expected urn:orderflow:parcel.weighed:v1, got urn:orderflow:parcel.weighed:v2',
    );
  });
});

describe('given a worker that had another name', () => {
  const Rung = defineEvent('bell.rung', {
    version: 1,
    summary: '',
    saidBy: ['sexton'],
    formerlySaidBy: ['ringer'],
    data: z.object({}),
  });
  const ringer = defineWorker({ name: 'ringer', summary: '', hears: [Before], says: [] });
  const sexton = defineWorker({ name: 'sexton', summary: '', formerly: ['ringer'], hears: [Before], says: [Rung] });
  const depthOf = async (queue: string) => (await workers.management('GET', `/queues/{vhost}/${queue}`)).status;

  test('its old queues are deleted once they are empty, and named until then', async () => {
    await declareTopology(workers.amqpUrl, [ringer], { retryDelaysMs: [20, 50] });
    workers.enqueue('ringer.retry.50', 'x', {}, 'test');
    await eventually('waits', async () => (await workers.channel.checkQueue('ringer')).messageCount === 1);

    const declaring = declareTopology(workers.amqpUrl, [sexton], { retryDelaysMs: [20, 50] });
    await expect(declaring).rejects.toThrow(
      'The queue ringer is of a former name of sexton and holds 1 messages for 0 consumers. Let the version before finish',
    );
    await workers.channel.get('ringer', { noAck: true });
    await eventually('empty', async () => (await workers.channel.checkQueue('ringer')).messageCount === 0);

    await declareTopology(workers.amqpUrl, [sexton], { retryDelaysMs: [20, 50] });
    for (const queue of ['ringer', 'ringer.dead', 'ringer.retry.20', 'ringer.retry.50']) {
      await expect(depthOf(queue), queue).rejects.toThrow('404');
    }
    await expect(depthOf('sexton')).resolves.toBe(200);
  });

  test.for([
    ['what it said then', '/ringer', 'ringer', true],
    ['what it committed then and publishes now', '/ringer', 'sexton', true],
    ['nothing that the old name says in the name of the new', '/sexton', 'ringer', false],
    ['nothing that another says in its old name', '/ringer', 'shelf', false],
  ] as const)('its hearers take %s', async ([, source, user, taken]) => {
    const name = `hearer-${source.slice(1)}-${user}`;
    const model = aggregateModel<Weight>(workers.database, name, { grams: Number });
    const handlers = { [Rung.type]: () => change({ grams: 1 }) };
    const definition = defineWorker({ name, summary: '', hears: [Rung], says: [], collection: name });
    await workers.run(definition, {
      deps: {},
      aggregates: mongooseAggregates<Weight>(model),
      handlers: handlers as never,
    });
    const event = eventFor(Rung, 'b1', {}, { source });
    workers.enqueue(name, JSON.stringify(event), { messageId: event.id }, user);
    if (taken) await eventually('handled', async () => (await model.countDocuments()) === 1);
    else
      expect((await workers.deadLettered(name)).properties.headers?.['x-error-message']).toContain(
        'bell.rung is the word of',
      );
  });
});

describe('since when a worker hears an event', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));
  const since = async (worker: string) => {
    const found = await workers.database.collection('subscriptions').find({ worker }).toArray();
    return Object.fromEntries(found.map((one) => [one.type, one.since]));
  };
  const Other = defineEvent('parcel.lost', { version: 1, summary: '', saidBy: ['scale'], data: z.object({}) });

  test('is recorded at its first start, stays, and is that of the start at which an event was added', async () => {
    const draft = { name: 'novice', summary: '', says: [], collection: 'novices' };
    await recordSubscriptions(workers.database, defineWorker({ ...draft, hears: [Before] }), at(1));
    await workers.database.collection('novices').insertOne({});
    await recordSubscriptions(workers.database, defineWorker({ ...draft, hears: [Before] }), at(2));
    await recordSubscriptions(workers.database, defineWorker({ ...draft, hears: [Before, Other] }), at(3));
    expect(await since('novice')).toEqual({ [WEIGHED]: at(1), [Other.type]: at(3) });

    const renamed = defineWorker({ ...draft, name: 'expert', formerly: ['novice'], hears: [Before, Other] });
    await recordSubscriptions(workers.database, renamed, at(4));
    expect(await since('expert')).toEqual(await since('novice'));
  });

  test('is always where a version before, which recorded nothing, has left documents', async () => {
    await workers.database.collection('veterans').insertOne({});
    const veteran = defineWorker({ name: 'veteran', summary: '', hears: [Before], says: [], collection: 'veterans' });
    await recordSubscriptions(workers.database, veteran, at(1));
    expect(await since('veteran')).toEqual({ [WEIGHED]: new Date(0) });
  });
});

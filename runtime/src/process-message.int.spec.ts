import {
  defineEvent,
  defineWorker,
  type EventDefinition,
  type EventOf,
  InventoryReserved,
  OrderPlaced,
  QUEUES_EXCHANGE,
  topologyOf,
} from '@orderflow/contracts';
import type { Options } from 'amqplib';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { consume } from './broker/consumer.ts';
import {
  type Aggregates,
  aggregateModel,
  change,
  createPublisher,
  DeadlinePassed,
  DependencyError,
  declareTopology,
  type HandlerContext,
  ignore,
  mongooseAggregates,
  openAnyNode,
  PermanentError,
  wait,
} from './index.ts';

/** A worker as small as one can be: it counts what it hears and says so. */
const CountAsked = defineEvent('count.asked', {
  version: 1,
  summary: 'Somebody wants one more.',
  saidBy: ['test'],
  data: z.object({ by: z.int() }),
});
const Counted = defineEvent('count.counted', {
  version: 1,
  summary: 'One more was counted.',
  saidBy: ['counter'],
  data: z.object({ total: z.int() }),
});

interface Count {
  total: number;
}
type Behaviour = (
  event: { subject: string; data: { by: number } },
  state: Count | null,
  context: HandlerContext,
) => Promise<void> | void;

let workers: WorkerFixture;
let counter = 0;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

/** A running counter with a queue of its own. */
async function givenCounter(
  behave: Behaviour = () => {},
  options: Parameters<WorkerFixture['run']>[2] & { aggregates?: (real: Aggregates<Count>) => Aggregates<Count> } = {},
) {
  const { aggregates = (real) => real, ...settings } = options;
  const name = `counter-${++counter}`;
  const asked = defineEvent(`ask${counter}.asked` as 'count.asked', CountAsked);
  const counted = defineEvent(`ask${counter}.counted` as 'count.counted', { ...Counted, saidBy: [name] });
  const definition = defineWorker({ name, summary: 'Counts.', hears: [asked], says: [counted] });
  const real = mongooseAggregates<Count>(aggregateModel<Count>(workers.database, name, { total: Number }));
  const calls: HandlerContext[] = [];
  const handle = async (
    _: object,
    event: { subject: string; data: { by: number } },
    state: Count | null,
    context: HandlerContext,
  ) => {
    calls.push(context);
    await behave(event, state, context);
    const total = (state?.total ?? 0) + event.data.by;
    return change({ total }, [counted.of({ total })]);
  };
  const handlers = { [asked.type]: handle } as { 'count.asked': typeof handle };
  const parts = { deps: {}, aggregates: aggregates(real), handlers };
  const worker = await workers.run(definition, parts, settings);
  const stored = async (id: string) =>
    (await workers.database.collection<{ _id: string }>(name).findOne({ _id: id })) as unknown as
      | (Count & {
          revision: number;
          handled: Record<string, unknown[]>;
        })
      | null;
  return { name, asked, counted, worker, calls, stored, definition, parts };
}

const saidAbout = (definition: EventDefinition, subject: string) =>
  workers.heard.filter((event) => event.type === definition.type && event.subject === subject);

/** How often a worker's tries failed, by class of error. */
const failuresOf = async (worker: string) => {
  const { values } = await workers.metrics.failed.get();
  const mine = values.filter(({ labels }) => labels.worker === worker);
  return Object.fromEntries(mine.map(({ labels, value }) => [labels.class, value]));
};

const empty = (queue: string) =>
  eventually(`${queue} is empty`, async () => (await workers.channel.checkQueue(queue)).messageCount === 0);

describe('the pipeline of one event', () => {
  test('commits the change, the mark and the facts in one document, then says the facts', async () => {
    const { asked, counted, stored } = await givenCounter();
    const event = eventFor(asked, uuidv7(), { by: 2 });

    await workers.publisher.publish([event]);

    const said = await workers.fact(counted, event.subject);
    expect(said).toMatchObject({
      data: { total: 2 },
      causationid: event.id,
      subject: event.subject,
      specversion: '1.0',
    });
    expect(await stored(event.subject)).toMatchObject({
      total: 2,
      revision: 1,
      handled: { [event.id]: [{ id: said.id }] },
    });
  });

  test('the same event again says the same facts with the same ids and changes nothing', async () => {
    const { asked, counted, calls, stored } = await givenCounter();
    const event = eventFor(asked, uuidv7(), { by: 1 });
    await workers.publisher.publish([event]);
    await workers.fact(counted, event.subject);

    await workers.publisher.publish([event]);

    const said = await eventually('said twice', () => {
      const all = saidAbout(counted, event.subject);
      return all.length === 2 && all;
    });
    expect(said[0]?.id).toBe(said[1]?.id);
    expect(calls).toHaveLength(1);
    expect(await stored(event.subject)).toMatchObject({ total: 1, revision: 1 });
  });

  test('a handler whose commit missed is called again, knows what it has learnt, and of no other try', async () => {
    let misses = 1;
    const learnt: (string | undefined)[] = [];
    const { asked, counted, calls } = await givenCounter(
      (_, __, { notes }) => {
        learnt.push(notes.get('called'));
        notes.set('called', 'yes');
      },
      { aggregates: (real) => ({ ...real, commit: async (commit) => misses-- <= 0 && real.commit(commit) }) },
    );
    const events = [eventFor(asked, uuidv7(), { by: 1 }), eventFor(asked, uuidv7(), { by: 1 })] as const;
    for (const event of events) {
      await workers.publisher.publish([event]);
      await workers.fact(counted, event.subject);
    }

    expect(calls.map(({ triedBefore, lastTry }) => [triedBefore, lastTry])).toEqual([
      [false, 'none'],
      [true, 'none'],
      [false, 'none'],
    ]);
    expect(learnt).toEqual([undefined, 'yes', undefined]);
  });

  test('fifty events about one aggregate at once are all counted, none lost to another', async () => {
    const { asked, stored } = await givenCounter(() => {}, { retry: { delaysMs: [5, 10], maxAttempts: 100 } });
    const subject = uuidv7();

    await workers.publisher.publish(Array.from({ length: 50 }, () => eventFor(asked, subject, { by: 1 })));

    await eventually('all counted', async () => (await stored(subject))?.total === 50);
  });

  test('events about one aggregate at once are each decided on once, since none is ahead of what the one before stores', async () => {
    const { asked, stored, calls } = await givenCounter(async () => void (await new Promise(setImmediate)));
    const subject = uuidv7();

    await workers.publisher.publish(Array.from({ length: 8 }, () => eventFor(asked, subject, { by: 1 })));

    await eventually('all counted', async () => (await stored(subject))?.total === 8);
    expect(calls).toHaveLength(8);
  });

  test('a crash after the commit and before the publish: the redelivered event is said, not handled again', async () => {
    let crashed = false;
    const { asked, counted, calls } = await givenCounter(() => {}, {
      aggregates: (real) => ({
        ...real,
        commit: async (commit) => {
          const done = await real.commit(commit);
          if (!crashed) {
            crashed = true;
            throw new Error('crashed after the commit');
          }
          return done;
        },
      }),
    });
    const event = eventFor(asked, uuidv7(), { by: 1 });

    await workers.publisher.publish([event]);

    expect((await workers.fact(counted, event.subject)).data).toEqual({ total: 1 });
    expect(calls).toHaveLength(1);
  });
});

describe('an event that depends on one that is not stored yet', () => {
  /** A counter that does not begin before somebody asked it for 10. */
  async function givenPatientCounter(onBegin: () => Promise<void>, onTooEarly: (state: Aggregates<Count>) => void) {
    const name = `counter-${++counter}`;
    const asked = defineEvent(`ask${counter}.asked` as 'count.asked', CountAsked);
    const definition = defineWorker({ name, summary: 'Counts.', hears: [asked], says: [] });
    const aggregates = mongooseAggregates<Count>(aggregateModel<Count>(workers.database, name, { total: Number }));
    const calls: HandlerContext[] = [];
    const handle = async (
      _: object,
      { data: { by } }: EventOf<typeof asked>,
      state: Count | null,
      context: HandlerContext,
    ) => {
      if (by === 10) await onBegin();
      else calls.push(context);
      if (by < 10 && state === null) onTooEarly(aggregates);
      return state || by === 10 ? change({ total: (state?.total ?? 0) + by }) : wait('not begun yet');
    };
    await workers.run(definition, {
      deps: {},
      aggregates,
      handlers: { [asked.type]: handle } as { 'count.asked': typeof handle },
    });
    const counted = (id: string, total: number) =>
      eventually(`${total} counted`, async () => (await aggregates.load(id))?.state.total === total);
    return { name, asked, calls, counted };
  }

  test('waits for it where it is being handled in this process, not for a retry queue', async () => {
    const tooEarly = Promise.withResolvers<void>();
    const { name, asked, calls, counted } = await givenPatientCounter(
      () => tooEarly.promise,
      () => tooEarly.resolve(),
    );
    const subject = uuidv7();

    await workers.publisher.publish([eventFor(asked, subject, { by: 10 })]);
    await workers.publisher.publish([eventFor(asked, subject, { by: 1 })]);

    await counted(subject, 11);
    expect(calls.map(({ attempt }) => attempt)).toEqual([1, 1]);
    expect(await failuresOf(name)).toEqual({});
  });

  test('is decided on again a moment later, since another replica may be storing it', async () => {
    const subject = uuidv7();
    const { name, asked, calls, counted } = await givenPatientCounter(
      async () => {},
      (aggregates) => {
        const record = { type: 'count.asked', at: new Date(), ms: 0, attempt: 1 };
        void aggregates.commit({ id: subject, from: null, to: { total: 10 }, eventId: uuidv7(), say: [], record });
      },
    );

    await workers.publisher.publish([eventFor(asked, subject, { by: 1 })]);

    await counted(subject, 11);
    expect(calls.map(({ attempt }) => attempt)).toEqual([1, 1]);
    expect(await failuresOf(name)).toEqual({});
  });
});

describe('failures', () => {
  test('a transient error goes through the retry queues and succeeds, with the attempt counted', async () => {
    const { asked, counted, calls } = await givenCounter((_, __, { attempt }) => {
      if (attempt < 3) throw new Error('not today');
    });
    const event = eventFor(asked, uuidv7(), { by: 1 });

    await workers.publisher.publish([event]);

    await workers.fact(counted, event.subject);
    expect(calls.map(({ attempt, triedBefore, lastTry }) => [attempt, triedBefore, lastTry])).toEqual([
      [1, false, 'none'],
      [2, true, 'put aside'],
      [3, true, 'put aside'],
    ]);
  });

  test('an error that never ends is dead-lettered after the last attempt, with what happened in the headers', async () => {
    const { name, asked, calls } = await givenCounter(() => {
      throw new TypeError('a bug');
    });
    const event = eventFor(asked, uuidv7(), { by: 1 });

    await workers.publisher.publish([event]);

    const deadLettered = await workers.deadLettered(name);
    expect(deadLettered.properties.headers).toMatchObject({
      'x-attempt': 4,
      'x-error-class': 'TypeError',
      'x-error-message': 'a bug',
      'x-original-exchange': 'orders',
      'x-original-routing-key': asked.type,
      'x-worker': name,
    });
    expect(deadLettered.properties).toMatchObject({
      messageId: event.id,
      correlationId: event.subject,
      deliveryMode: 2,
    });
    expect(JSON.parse(deadLettered.content.toString())).toEqual(event);
    expect(calls).toHaveLength(4);
  });

  test('what a handler returns is no decision: its event is dead-lettered, not acknowledged', async () => {
    const asked = defineEvent('nonsense.asked', CountAsked);
    const definition = defineWorker({ name: 'nonsense', summary: '', hears: [asked], says: [] });
    const model = aggregateModel<Count>(workers.database, 'nonsense', { total: Number });
    const handlers = { [asked.type]: () => ({ state: { total: 1 } }) } as never;
    await workers.run(definition, { deps: {}, aggregates: mongooseAggregates(model), handlers });

    await workers.publisher.publish([eventFor(asked, uuidv7(), { by: 1 })]);

    expect((await workers.deadLettered('nonsense')).properties.headers).toMatchObject({
      'x-error-class': 'PermanentError',
      'x-error-message': 'The handler of nonsense.asked returned no decision',
      'x-attempt': 1,
    });
  });

  test('a permanent error is dead-lettered at once', async () => {
    const { name, asked, calls } = await givenCounter(() => {
      throw new PermanentError('never');
    });

    await workers.publisher.publish([eventFor(asked, uuidv7(), { by: 1 })]);

    expect((await workers.deadLettered(name)).properties.headers).toMatchObject({
      'x-error-class': 'PermanentError',
      'x-attempt': 1,
    });
    expect(calls).toHaveLength(1);
  });

  test('a handler that hangs is given up, its signal aborted, and the message retried', async () => {
    let aborted = false;
    const { name, asked, counted } = await givenCounter(
      (_, __, { attempt, signal }) =>
        attempt > 1
          ? undefined
          : new Promise<void>(() => {
              signal.addEventListener('abort', () => {
                aborted = true;
              });
            }),
      { handlerTimeoutMs: 30 },
    );
    const event = eventFor(asked, uuidv7(), { by: 1 });

    await workers.publisher.publish([event]);

    await workers.fact(counted, event.subject);
    expect(aborted).toBe(true);
    // Which of all that it called was slow nobody can tell: no outage is counted.
    expect(await failuresOf(name)).toEqual({ transient: 1 });
  });

  test.for([
    ['not JSON', Buffer.from('{oops'), 'JSON'],
    ['not a CloudEvent', Buffer.from('{"hello":"world"}'), 'specversion'],
    ['an unknown type', (valid: object) => ({ ...valid, type: 'order.exploded' }), 'order.exploded'],
    ['an unknown version', (valid: object) => ({ ...valid, dataschema: 'urn:orderflow:count:v9' }), 'v9'],
    ['a schema violation', (valid: object) => ({ ...valid, data: { by: 'two' } }), 'data.by'],
    ['a message of 1 MB', Buffer.alloc(1024 * 1024, 'x'), '262144'],
  ] as const)('%s is dead-lettered with the reason and the consumer goes on', async ([, rubbish, reason]) => {
    const { name, asked, counted } = await givenCounter();
    const valid = eventFor(asked, uuidv7(), { by: 1 });
    const body = Buffer.isBuffer(rubbish) ? rubbish : Buffer.from(JSON.stringify(rubbish(valid)));

    workers.channel.publish('orders', asked.type, body, { persistent: true });
    await workers.publisher.publish([valid]);

    const deadLettered = await workers.deadLettered(name);
    expect(deadLettered.properties.headers?.['x-error-class']).toBe('InvalidEventError');
    expect(deadLettered.properties.headers?.['x-error-message']).toContain(reason);
    await workers.fact(counted, valid.subject);
  });

  test('a dead-lettered or retried copy carries none of the broker’s own history', async () => {
    const { name, asked } = await givenCounter(() => {
      throw new PermanentError('never');
    });
    const event = eventFor(asked, uuidv7(), { by: 1 });

    workers.channel.publish('orders', asked.type, Buffer.from(JSON.stringify(event)), {
      persistent: true,
      expiration: '600000',
      headers: { 'x-death': [{ count: 1 }], 'x-first-death-queue': 'q', kept: 'yes' },
    });

    const { properties } = await workers.deadLettered(name);
    expect(properties.headers).not.toHaveProperty('x-death');
    expect(properties.headers).not.toHaveProperty('x-first-death-queue');
    expect(properties.headers).toMatchObject({ kept: 'yes' });
    expect(properties.expiration).toBeUndefined();
  });
});

describe('whose word it is', () => {
  const published = (event: object, as: string | undefined, properties: Options.Publish = {}) =>
    workers.channel.publish('orders', (event as { type: string }).type, Buffer.from(JSON.stringify(event)), {
      ...properties,
      ...(as !== undefined && { userId: `${workers.vhost}.${as}` }),
    });

  test.for([
    ['nobody', undefined, '/test', 'nobody the broker vouches for published it, as /test'],
    ['another worker', 'stranger', '/test', 'stranger published it, as /test'],
    ['one of ours in the name of another', 'test', '/stranger', 'test published it, as /stranger'],
  ] as const)('a fact that %s published is dead-lettered with the reason', async ([, as, source, reason]) => {
    const { name, asked, calls } = await givenCounter();
    published(eventFor(asked, uuidv7(), { by: 1 }, { source }), as);
    const { properties } = await workers.deadLettered(name);
    expect(properties.headers).toMatchObject({
      'x-error-class': 'InvalidEventError',
      'x-error-message': `${asked.type} is the word of test; ${reason}`,
    });
    expect(calls).toEqual([]);
  });

  test('is believed of a header only in what the worker has put aside itself', async () => {
    const { name, asked, calls } = await givenCounter();
    const forged = eventFor(asked, uuidv7(), { by: 1 });
    published(forged, 'stranger', { headers: { 'x-original-user': `${workers.vhost}.test` } });
    expect((await workers.deadLettered(name)).properties.headers?.['x-original-user']).toBe(
      `${workers.vhost}.stranger`,
    );
    expect(calls).toEqual([]);
  });

  test('is still known when the fact is retried', async () => {
    let failures = 2;
    const { asked, counted, calls } = await givenCounter(() => {
      if (failures-- > 0) throw new Error('not now');
    });
    const event = eventFor(asked, uuidv7(), { by: 1 });
    await workers.publisher.publish([event]);
    await workers.fact(counted, event.subject);
    expect(calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  test('is the worker’s own of a deadline, and of nobody else', async () => {
    const { name } = await givenCounter();
    const deadline = eventFor({ ...DeadlinePassed, saidBy: [name] }, uuidv7(), {
      name: 'x',
      at: '2026-01-01T00:00:00Z',
    });
    workers.enqueue(name, JSON.stringify(deadline), {}, 'stranger');
    expect((await workers.deadLettered(name)).properties.headers?.['x-error-class']).toBe('InvalidEventError');
  });
});

describe('a dependency that is down', () => {
  test('opens the circuit, pauses the consumer, and one probe resumes it; no message spends its retries', async () => {
    let down = true;
    const { name, asked, counted, worker } = await givenCounter(
      () => {
        if (down) throw new DependencyError('stripe', 'connection refused');
      },
      { circuit: { threshold: 3, probeDelaysMs: [20, 40] }, concurrency: 4, prefetch: 500 },
    );
    const events = Array.from({ length: 20 }, () => eventFor(asked, uuidv7(), { by: 1 }));

    await workers.publisher.publish(events);
    await eventually('the circuit opens', () => worker.circuitOpen);
    await eventually('the consumer is cancelled: what comes now stays in the queue', async () => {
      events.push(eventFor(asked, uuidv7(), { by: 1 }));
      await workers.publisher.publish(events.slice(-1));
      return (await workers.channel.checkQueue(name)).messageCount > 0;
    });
    down = false;

    for (const event of events) await workers.fact(counted, event.subject);
    expect(worker.circuitOpen).toBe(false);
    expect((await workers.channel.checkQueue(`${name}.dead`)).messageCount).toBe(0);
  });

  test('for one message only does not keep the others waiting, however long it goes on failing', async () => {
    const id = uuidv7();
    const { asked, counted, worker } = await givenCounter(
      ({ subject }) => {
        if (subject === id) throw new DependencyError('stripe', 'this one is forbidden');
      },
      { circuit: { threshold: 2, probeDelaysMs: [10] }, retry: { delaysMs: [20], maxAttempts: 1_000 } },
    );
    await workers.publisher.publish([eventFor(asked, id, { by: 1 })]);
    await eventually('the circuit opens', () => worker.circuitOpen);

    const other = eventFor(asked, uuidv7(), { by: 1 });
    await workers.publisher.publish([other]);

    await workers.fact(counted, other.subject);
  });
});

describe('the consumer comes back', () => {
  test('after its queue was deleted: the queue is declared again', async () => {
    const { name, asked, counted } = await givenCounter();

    await workers.channel.deleteQueue(name);

    // Until the binding is back the exchange does not know the queue, so the same event is published until it is heard.
    const event = eventFor(asked, uuidv7(), { by: 1 });
    await eventually('heard again', async () => {
      await workers.publisher.publish([event]);
      return saidAbout(counted, event.subject).length > 0;
    });
  });

  test('after the broker closed its connection', async () => {
    const { name, asked, counted } = await givenCounter();
    const before = await eventually('the connection is listed', () => connectionsNamed(`test ${name}`));

    await workers.management('DELETE', `/connections/${encodeURIComponent(before[0] as string)}`);

    const event = eventFor(asked, uuidv7(), { by: 1 });
    await workers.publisher.publish([event]);
    await workers.fact(counted, event.subject);
  });

  const connectionsNamed = async (label: string): Promise<string[] | false> => {
    const all = (await (await workers.management('GET', '/vhosts/{vhost}/connections')).json()) as {
      name: string;
      client_properties?: { connection_name?: string };
    }[];
    const names = all.filter((one) => one.client_properties?.connection_name === label).map((one) => one.name);
    return names.length > 0 && names;
  };
});

describe('pausing', () => {
  test('a consumer that is paused and resumed in quick succession is one consumer, and a pause stops it', async () => {
    const { name, asked, counted } = await givenCounter();
    const second = await consume({
      connection: await workers.connect('second'),
      worker: name,
      topology: topologyOf(defineWorker({ name, summary: '', hears: [], says: [] })),
      prefetch: 10,
      log: workers.log,
      onDelivery: (delivery) => delivery.handBack(),
    });

    await eventually('consuming', () => second.consuming);
    for (let flap = 0; flap < 5; flap++) {
      second.pause();
      second.resume();
    }
    const consumers = async () => (await workers.channel.checkQueue(name)).consumerCount;
    await eventually('resumed', () => second.consuming);
    // A channel's calls are answered one after the other, so a second consumer would join within a few of ours.
    for (let look = 0; look < 20; look++) expect(await consumers()).toBe(2);
    second.pause();

    await eventually('only the first is left', async () => (await consumers()) === 1);
    const event = eventFor(asked, uuidv7(), { by: 1 });
    await workers.publisher.publish([event]);
    await workers.fact(counted, event.subject);
    expect(await consumers()).toBe(1);
    await second.close();
  });
});

describe('draining', () => {
  test('finishes what runs, hands back what waits, and loses nothing', async () => {
    const running = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const { name, asked, counted, worker, stored } = await givenCounter(
      async () => {
        running.resolve();
        await released.promise;
      },
      { concurrency: 1 },
    );
    const events = Array.from({ length: 5 }, () => eventFor(asked, uuidv7(), { by: 1 }));
    await workers.publisher.publish(events);
    await running.promise;

    const drained = worker.drain(5_000);
    released.resolve();
    await drained;

    const first = await workers.fact(counted, (events[0] as { subject: string }).subject);
    expect(first.data).toEqual({ total: 1 });
    await eventually(
      'the rest is back in the queue',
      async () => (await workers.channel.checkQueue(name)).messageCount === 4,
    );
    expect(await stored((events[4] as { subject: string }).subject)).toBeNull();
  });
});

describe('topology', () => {
  test('is quorum, dead-letters at least once to the dead-letter queue and back, and has one retry queue for each delay', async () => {
    const { name } = await givenCounter();
    const queue = async (suffix: string) =>
      (await (await workers.management('GET', `/queues/{vhost}/${name}${suffix}`)).json()) as { arguments: object };

    const quorum = {
      'x-queue-type': 'quorum',
      'x-queue-leader-locator': 'balanced',
      'x-dead-letter-exchange': 'orders.queues',
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
    };
    expect((await queue('')).arguments).toEqual({
      ...quorum,
      'x-delivery-limit': 20,
      'x-dead-letter-routing-key': `${name}.dead`,
    });
    expect((await queue('.retry.20')).arguments).toMatchObject({
      'x-message-ttl': 20,
      'x-dead-letter-routing-key': name,
    });
    // RabbitMQ 4 would drop a dead letter after twenty looks.
    expect((await queue('.dead')).arguments).toEqual({
      ...quorum,
      'x-delivery-limit': 1_000_000,
      'x-dead-letter-routing-key': name,
    });
  });

  test('a queue of an earlier version is replaced once it is empty, and named until then', async () => {
    const heard = defineEvent('relic.found', { version: 1, summary: '', saidBy: ['test'], data: z.object({}) });
    const digger = defineWorker({ name: 'digger', summary: '', hears: [heard], says: [] });
    await workers.channel.assertQueue('digger.dead', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    workers.enqueue('digger.dead', 'x');
    await eventually('waits', async () => (await workers.channel.checkQueue('digger.dead')).messageCount === 1);

    await expect(declareTopology(workers.amqpUrl, [digger])).rejects.toThrow(
      'The queue digger.dead is of an earlier version and holds 1 messages for 0 consumers',
    );
    expect((await workers.deadLettered('digger')).content.toString()).toBe('x');
    await eventually('empty', async () => (await workers.channel.checkQueue('digger.dead')).messageCount === 0);

    await declareTopology(workers.amqpUrl, [digger]);
    workers.channel.publish('orders.queues', 'digger.dead', Buffer.from('y'));
    expect((await workers.deadLettered('digger')).content.toString()).toBe('y');
  });

  test('a message that crashes its consumer again and again ends in the dead-letter queue', async () => {
    const { name, asked, worker } = await givenCounter();
    await worker.drain(1_000);
    workers.channel.publish('orders', asked.type, Buffer.from('poison'), { persistent: true, messageId: 'poison' });

    const channel = await openAnyNode(workers.amqpUrl, 'crashing');
    const crashing = await channel.createChannel();
    crashing.on('error', () => {});
    await crashing.consume(name, (message) => message && crashing.reject(message, true));

    expect((await workers.deadLettered(name)).content.toString()).toBe('poison');
    await empty(name);
    await channel.close();
  });
});

describe('publishing', () => {
  test('a fact that no queue takes is a failure, although the broker confirms it', async () => {
    const { publisher, amqpUrl } = workers;
    expect(amqpUrl).toContain(workers.vhost);
    const lost = eventFor(InventoryReserved, uuidv7(), {
      lines: [{ sku: 'MUG-1', quantity: 1 }],
      parcels: [{ parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: 'MUG-1', quantity: 1 }] }],
      holdUntil: '2026-01-01T00:00:00.000Z',
    });
    await expect(
      publisher.send({
        exchange: QUEUES_EXCHANGE,
        routingKey: 'nobody',
        body: Buffer.from('x'),
        properties: { messageId: lost.id },
      }),
    ).rejects.toThrow('no queue takes');
  });

  test('an event over 256 KiB is refused before it reaches the broker', async () => {
    const event = eventFor(InventoryReserved, uuidv7(), {
      lines: [{ sku: 'MUG-1', quantity: 1 }],
      parcels: [{ parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: 'MUG-1', quantity: 1 }] }],
      holdUntil: '2026-01-01T00:00:00.000Z',
    });
    const big = { ...event, data: { ...event.data, padding: 'x'.repeat(300_000) } };
    await expect(workers.publisher.publish([big])).rejects.toThrow('the limit is 262144');
  });

  test('a publisher whose channel was closed by the broker opens another', async () => {
    const { name } = await givenCounter();
    const publisher = await createPublisher({
      connection: await workers.connect('publisher'),
      user: `${workers.vhost}.test`,
      log: workers.log,
      metrics: workers.metrics,
      timeoutMs: 500,
    });
    const to = (exchange: string) =>
      publisher.send({
        exchange,
        routingKey: `${name}.dead`,
        body: Buffer.from('x'),
        properties: { messageId: uuidv7() },
      });

    await expect(to('no-such-exchange')).rejects.toThrow('rabbitmq');

    await to(QUEUES_EXCHANGE);
    expect((await workers.deadLettered(name)).content.toString()).toBe('x');
  });
});

test('a handler may ignore an event: nothing is stored, the message is acknowledged', async () => {
  const name = 'ignorer';
  const heard = OrderPlaced;
  const aggregates = mongooseAggregates<Count>(aggregateModel<Count>(workers.database, name, { total: Number }));
  const definition = defineWorker({ name, summary: 'Ignores.', hears: [heard], says: [] });
  const seen: string[] = [];
  const handlers = {
    'order.placed': (_: object, event: { id: string }) => {
      seen.push(event.id);
      return ignore('not mine');
    },
  };
  await workers.run(definition, { deps: {}, aggregates, handlers });
  const amount = (value: number) => ({ amount: value, currency: 'EUR' });
  const event = eventFor(OrderPlaced, uuidv7(), {
    customerId: 'alice',
    lines: [{ sku: 'MUG-1', name: 'Mug', quantity: 1, unitPrice: amount(100) }],
    subtotal: amount(100),
    shipping: amount(0),
    tax: amount(0),
    total: amount(100),
    address: { name: 'A', line1: 'B', postalCode: '1', city: 'C', country: 'DE' },
    contact: { email: 'a@example.org' },
    shippingMethod: 'standard',
    paymentMethod: 'pm_card_visa',
    cancelUntil: '2026-01-01T00:01:00.000Z',
  });

  await workers.publisher.publish([event]);

  await eventually('seen', () => seen.includes(event.id));
  await empty(name);
  expect(await workers.database.collection(name).countDocuments()).toBe(0);
});

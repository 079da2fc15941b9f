import { deadQueue, defineEvent, defineWorker } from '@orderflow/contracts';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '../../testing/index.ts';
import {
  aggregateModel,
  change,
  type DeadLetters,
  deadLetters,
  type HandlerContext,
  mongooseAggregates,
  PermanentError,
} from '../index.ts';

let workers: WorkerFixture;
let letters: DeadLetters;
let broken = true;
let worker = '';
let handled: string[] = [];
let tries: Pick<HandlerContext, 'attempt' | 'triedBefore'>[] = [];
let number = 0;

const Asked = () =>
  defineEvent(`lot${number}.asked` as 'lot.asked', {
    version: 1,
    summary: '',
    saidBy: ['test'],
    data: z.object({ why: z.string() }),
  });

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

beforeEach(async () => {
  number += 1;
  broken = true;
  handled = [];
  tries = [];
  worker = `lot-${number}`;
  const asked = Asked();
  const definition = defineWorker({ name: worker, summary: '', hears: [asked], says: [] });
  const model = aggregateModel<{ done: number }>(workers.database, worker, { done: Number });
  const handlers = {
    [asked.type]: (
      _: object,
      event: { id: string; data: { why: string } },
      state: { done: number } | null,
      { attempt, triedBefore }: HandlerContext,
    ) => {
      tries.push({ attempt, triedBefore });
      if (broken) throw new PermanentError(event.data.why);
      handled.push(event.id);
      return change({ done: (state?.done ?? 0) + 1 });
    },
  } as never;
  await workers.run(definition, { deps: {}, aggregates: mongooseAggregates(model), handlers });
  letters = deadLetters(workers.amqpUrl, () => [worker]);
});

async function givenDeadLetters(...reasons: string[]): Promise<string[]> {
  const events = reasons.map((why) => eventFor(Asked(), uuidv7(), { why }));
  await workers.publisher.publish(events);
  await deadLetteredNow(reasons.length);
  return events.map(({ id }) => id);
}

const deadLetteredNow = (count: number) =>
  eventually(
    `${count} dead-lettered`,
    async () => (await workers.channel.checkQueue(deadQueue(worker))).messageCount === count,
  );

test('says what is dead-lettered and why, by any part of it, and leaves it there', async () => {
  const [first, second] = await givenDeadLetters('no such shelf', 'the ladder broke');

  const all = await letters.list({});
  const one = await letters.list({ error: 'ladder' });

  expect(all.map(({ letter }) => letter.eventId).sort()).toEqual([first, second].sort());
  expect(one.map(({ letter }) => letter)).toEqual([
    expect.objectContaining({
      worker,
      eventId: second,
      errorClass: 'PermanentError',
      error: 'the ladder broke',
      attempts: 1,
      redriven: 0,
      deadLetteredAt: expect.any(String),
    }),
  ]);
  await deadLetteredNow(2);
});

// Guards something on RabbitMQ 4 only: 3.10 does not count what is handed back.
test('looking thirty times loses nothing', async () => {
  await givenDeadLetters('a', 'b');
  for (let look = 0; look < 30; look++) {
    expect(await letters.list({})).toHaveLength(2);
    // The broker puts back what was looked at a moment after the channel has closed.
    await deadLetteredNow(2);
  }
  await deadLetteredNow(2);
});

test('redriven, its handler knows that it was tried: what was done outside then is looked up first', async () => {
  await givenDeadLetters('perhaps done');
  broken = false;

  await letters.redrive({}, { limit: 1 });

  await eventually('handled', () => handled.length === 1);
  expect(tries).toEqual([
    { attempt: 1, triedBefore: false },
    { attempt: 1, triedBefore: true },
  ]);
});

test('dead-lettered by the broker itself, without a word, it counts as tried too', async () => {
  broken = false;
  const body = Buffer.from(JSON.stringify(eventFor(Asked(), uuidv7(), { why: 'crashed' })));
  workers.enqueue(deadQueue(worker), body, { messageId: 'crashed-1' }, 'test');
  await deadLetteredNow(1);

  await letters.redrive({}, { limit: 1 });

  await eventually('handled', () => handled.length === 1);
  expect(tries).toEqual([{ attempt: 1, triedBefore: true }]);
});

test('while some are moved the others lie where they were, for everybody to see', async () => {
  const [first] = await givenDeadLetters('one', 'two', 'three');
  broken = false;
  let seen: Promise<number> | undefined;
  const onMoved = () => {
    seen ??= eventually('the others', async () => (await letters.list({ error: 't' })).length);
  };

  await letters.redrive({ eventId: first as string }, { limit: 10, onMoved });

  expect(await seen).toBe(2);
  await deadLetteredNow(2);
});

test('when its time is up it stops, and the same again goes on', async () => {
  await givenDeadLetters('a', 'b', 'c');
  broken = false;

  expect(await letters.redrive({}, { limit: 3, perSecond: 20, withinMs: 0 })).toHaveLength(1);

  await deadLetteredNow(2);
  expect(await letters.redrive({}, { limit: 3 })).toHaveLength(2);
});

test('redriven, it is handled once and starts anew; the others stay', async () => {
  const [first, second] = await givenDeadLetters('one', 'two');
  broken = false;

  const moved = await letters.redrive({ eventId: first as string }, { limit: 10 });

  expect(moved.map(({ eventId }) => eventId)).toEqual([first]);
  await eventually('handled', () => handled.length === 1);
  await deadLetteredNow(1);
  expect((await letters.list({})).map(({ letter }) => letter.eventId)).toEqual([second]);
});

test('fails again: dead-lettered again, knowing that it was redriven, with its attempts counted anew', async () => {
  const [id] = await givenDeadLetters('still broken');

  await letters.redrive({ eventId: id as string }, { limit: 1 });

  const again = await eventually('dead-lettered again', async () => {
    const [found] = await letters.list({});
    return found?.letter.redriven === 1 && found;
  });
  expect(again.letter).toMatchObject({ attempts: 1, error: 'still broken' });
  expect(again.headers).not.toHaveProperty('x-death');
});

test('redriven more than once, it knows how often', async () => {
  const [id] = (await givenDeadLetters('stubborn')) as [string];
  for (const times of [1, 2, 3]) {
    await letters.redrive({ eventId: id }, { limit: 1 });
    await eventually(`redriven ${times}`, async () => (await letters.list({}))[0]?.letter.redriven === times);
  }
});

test('whose word it is survives the redrive: what was forged stays forged', async () => {
  const forged = JSON.stringify(eventFor(Asked(), uuidv7(), { why: 'forged' }));
  broken = false;
  for (const [messageId, as] of [
    ['nobody', undefined],
    ['stranger', 'stranger'],
  ] as const) {
    workers.enqueue(worker, forged, { messageId }, as);
    await deadLetteredNow(1);
    const [found] = await letters.list({});
    expect(found?.letter.error).toContain('is the word of test');

    await letters.redrive({}, { limit: 1 });

    await eventually('dead-lettered again', async () => (await letters.list({}))[0]?.letter.redriven === 1);
    await letters.discard({}, { limit: 1 });
  }
  expect(handled).toEqual([]);
});

test('needs no right to publish', async () => {
  const [id] = await givenDeadLetters('wait for it');
  broken = false;
  const url = await workers.urlOf('ops');
  const { username } = new URL(url);
  await workers.management('PUT', `/permissions/{vhost}/${username}`, {
    configure: '^$',
    write: '^$',
    read: '\\.dead$',
  });

  const moved = await deadLetters(url, () => [worker]).redrive({}, { limit: 1 });

  expect(moved.map(({ eventId }) => eventId)).toEqual([id]);
  await eventually('handled', () => handled.length === 1);
});

test('moves no more than asked for', async () => {
  await givenDeadLetters('a', 'b', 'c');
  broken = false;

  expect(await letters.redrive({}, { limit: 2, perSecond: 1_000 })).toHaveLength(2);

  await deadLetteredNow(1);
});

test('discarded, it is gone', async () => {
  const [first] = await givenDeadLetters('rubbish', 'good');

  expect(await letters.discard({ error: 'rubbish' }, { limit: 10 })).toMatchObject([{ eventId: first }]);

  await deadLetteredNow(1);
});

test('discarded are only those that were chosen, by their ids or one by one', async () => {
  const [first, second, third] = (await givenDeadLetters('a', 'b', 'c')) as [string, string, string];

  const chosen = { eventIds: [first, second] };
  const gone = await letters.discard(chosen, { limit: 10, only: ({ eventId }) => eventId !== second });

  expect(gone).toMatchObject([{ eventId: first }]);
  await deadLetteredNow(2);
  expect((await letters.list({})).map(({ letter }) => letter.eventId).sort()).toEqual([second, third].sort());
});

test('rubbish without any id can be seen and discarded', async () => {
  workers.enqueue(worker, 'not json', { contentType: 'text/plain' });
  await deadLetteredNow(1);
  const [found] = await letters.list({});
  expect(found?.letter).toMatchObject({ worker, errorClass: 'InvalidEventError' });

  await letters.discard({ eventId: found?.letter.eventId as string }, { limit: 1 });

  await deadLetteredNow(0);
});

test('a worker that is not there is named, with those that are', async () => {
  await expect(letters.list({ worker: 'nobody' })).rejects.toThrow(`There is no worker "nobody"; there are ${worker}`);
});

import { deadQueue, defineEvent, defineWorker } from '@orderflow/contracts';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventFor, eventually, type TestBed, testBed } from '../../testing/index.ts';
import {
  aggregateModel,
  type DeadLetters,
  deadLetters,
  type HandlerContext,
  mongooseAggregates,
  PermanentError,
} from '../index.ts';

let bed: TestBed;
let letters: DeadLetters;
let broken = true;
let worker = '';
let handled: string[] = [];
let tries: Pick<HandlerContext, 'attempt' | 'triedBefore'>[] = [];
let number = 0;

const Asked = () =>
  defineEvent(`lot${number}.asked` as 'lot.asked', { version: 1, summary: '', data: z.object({ why: z.string() }) });

beforeAll(async () => {
  bed = await testBed(inject('infrastructure'));
});
afterAll(() => bed?.close());

beforeEach(async () => {
  number += 1;
  broken = true;
  handled = [];
  tries = [];
  worker = `lot-${number}`;
  const asked = Asked();
  const definition = defineWorker({ name: worker, summary: '', hears: [asked], says: [] });
  const model = aggregateModel<{ done: number }>(bed.database, worker, { done: Number });
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
      return { state: { done: (state?.done ?? 0) + 1 } };
    },
  } as never;
  await bed.run(definition, { deps: {}, aggregates: mongooseAggregates(model), handlers });
  letters = deadLetters(bed.amqpUrl, () => [worker]);
});

async function givenParked(...reasons: string[]): Promise<string[]> {
  const events = reasons.map((why) => eventFor(Asked(), uuidv7(), { why }));
  await bed.publisher.publish(events);
  await parkedNow(reasons.length);
  return events.map(({ id }) => id);
}

const parkedNow = (count: number) =>
  eventually(`${count} parked`, async () => (await bed.channel.checkQueue(deadQueue(worker))).messageCount === count);

test('says what is parked and why, by any part of it, and leaves it there', async () => {
  const [first, second] = await givenParked('no such shelf', 'the ladder broke');

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
      parkedAt: expect.any(String),
    }),
  ]);
  await parkedNow(2);
});

test('looking thirty times loses nothing', async () => {
  await givenParked('a', 'b');
  for (let look = 0; look < 30; look++) expect(await letters.list({})).toHaveLength(2);
  await parkedNow(2);
});

test('redriven, its handler knows that it was tried: what was done outside then is looked up first', async () => {
  await givenParked('perhaps done');
  broken = false;

  await letters.redrive({}, { limit: 1, by: 'ada' });

  await eventually('handled', () => handled.length === 1);
  expect(tries).toEqual([
    { attempt: 1, triedBefore: false },
    { attempt: 1, triedBefore: true },
  ]);
});

test('parked by the broker itself, without a word, it counts as tried too', async () => {
  broken = false;
  const body = Buffer.from(JSON.stringify(eventFor(Asked(), uuidv7(), { why: 'crashed' })));
  bed.channel.publish('', deadQueue(worker), body, { messageId: 'crashed-1' });
  await parkedNow(1);

  await letters.redrive({}, { limit: 1, by: 'ada' });

  await eventually('handled', () => handled.length === 1);
  expect(tries).toEqual([{ attempt: 1, triedBefore: true }]);
});

test('while some are moved the others lie where they were, for everybody to see', async () => {
  const [first] = await givenParked('one', 'two', 'three');
  broken = false;
  let seen: Promise<number> | undefined;
  const onMoved = () => {
    seen ??= eventually('the others', async () => (await letters.list({ error: 't' })).length);
  };

  await letters.redrive({ eventId: first as string }, { limit: 10, by: 'ada', onMoved });

  expect(await seen).toBe(2);
  await parkedNow(2);
});

test('when its time is up it stops, and the same again goes on', async () => {
  await givenParked('a', 'b', 'c');
  broken = false;

  expect(await letters.redrive({}, { limit: 3, by: 'ada', perSecond: 20, withinMs: 0 })).toHaveLength(1);

  await parkedNow(2);
  expect(await letters.redrive({}, { limit: 3, by: 'ada' })).toHaveLength(2);
});

test('redriven, it is handled once and starts anew; the others stay', async () => {
  const [first, second] = await givenParked('one', 'two');
  broken = false;

  const moved = await letters.redrive({ eventId: first as string }, { limit: 10, by: 'ada' });

  expect(moved.map(({ eventId }) => eventId)).toEqual([first]);
  await eventually('handled', () => handled.length === 1);
  await parkedNow(1);
  expect((await letters.list({})).map(({ letter }) => letter.eventId)).toEqual([second]);
});

test('fails again: parked again, knowing that it was redriven, with its attempts counted anew', async () => {
  const [id] = await givenParked('still broken');

  await letters.redrive({ eventId: id as string }, { limit: 1, by: 'ada' });

  const again = await eventually('parked again', async () => {
    const [found] = await letters.list({});
    return found?.letter.redriven === 1 && found;
  });
  expect(again.letter).toMatchObject({ attempts: 1, error: 'still broken' });
  expect(again.headers).toMatchObject({ 'x-redriven-by': 'ada' });
});

test('a crash between the publish and the removal leaves it in both places, and it is done once', async () => {
  const [id] = await givenParked('crash');
  broken = false;
  const [parked] = await letters.list({});
  // What a crashed redrive has done: published, not removed.
  bed.channel.publish('', worker, parked?.content as Buffer, { messageId: id as string });
  await eventually('handled', () => handled.length === 1);

  await letters.redrive({}, { limit: 10, by: 'ada' });

  await parkedNow(0);
  await eventually('the queue is empty', async () => (await bed.depth(worker)) === 0);
  expect(handled).toEqual([id]);
});

test('moves no more than asked for', async () => {
  await givenParked('a', 'b', 'c');
  broken = false;

  expect(await letters.redrive({}, { limit: 2, by: 'ada', perSecond: 1_000 })).toHaveLength(2);

  await parkedNow(1);
});

test('discarded, it is gone', async () => {
  const [first] = await givenParked('rubbish', 'good');

  expect(await letters.discard({ error: 'rubbish' }, { limit: 10, by: 'ada' })).toMatchObject([{ eventId: first }]);

  await parkedNow(1);
});

test('discarded are only those that were chosen, by their ids or one by one', async () => {
  const [first, second, third] = (await givenParked('a', 'b', 'c')) as [string, string, string];

  const chosen = { eventIds: [first, second] };
  const gone = await letters.discard(chosen, { limit: 10, by: 'ada', only: ({ eventId }) => eventId !== second });

  expect(gone).toMatchObject([{ eventId: first }]);
  await parkedNow(2);
  expect((await letters.list({})).map(({ letter }) => letter.eventId).sort()).toEqual([second, third].sort());
});

test('rubbish without any id can be seen and discarded', async () => {
  bed.channel.publish('', worker, Buffer.from('not json'), { contentType: 'text/plain' });
  await parkedNow(1);
  const [found] = await letters.list({});
  expect(found?.letter).toMatchObject({ worker, errorClass: 'InvalidEventError' });

  await letters.discard({ eventId: found?.letter.eventId as string }, { limit: 1, by: 'ada' });

  await parkedNow(0);
});

test('a worker that is not there is named, with those that are', async () => {
  await expect(letters.list({ worker: 'nobody' })).rejects.toThrow(`There is no worker "nobody"; there are ${worker}`);
});

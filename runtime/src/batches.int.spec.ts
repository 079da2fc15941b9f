import mongoose, { type Connection, Schema } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { silentAtFirst, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { type Batches, batched, batchesOf, dependencyAtFault, type GuardedUpdate } from './index.ts';

interface Jar {
  _id: string;
  coins: number;
  marks: Record<string, string>;
}

let workers: WorkerFixture;
let batches: Batches<Jar>;
/** The commands that went to the store, in order. */
let commands: string[] = [];

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  batches = await jarsOn(workers.database, (command) => commands.push(command));
});
afterAll(() => workers?.close());

/** @param sent called with each command that goes to the store */
async function jarsOn(database: Connection, sent: (command: string) => void): Promise<Batches<Jar>> {
  const model = database.model<Jar>('jars', new Schema({ _id: String }, { collection: 'jars' }));
  await model.init();
  const watched = new Proxy(model.collection, {
    get: (collection, name) => {
      const member: unknown = Reflect.get(collection, name);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        sent(String(name));
        return Reflect.apply(member, collection, given);
      };
    },
  });
  return batchesOf<Jar>({ collection: watched, db: database } as never);
}

async function givenJars(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuidv7());
  await Promise.all(ids.map((_id) => batches.insert({ _id, coins: 0, marks: {} })));
  commands = [];
  return ids;
}

/** One coin into the jar, if it has so many. */
const coinInto = (id: string, coins: number, by: string): GuardedUpdate => ({
  id,
  guard: { coins },
  change: { $inc: { coins: 1 }, $set: { 'marks.latest': by } },
  confirm: { fields: ['marks'], wasApplied: (jar) => (jar.marks as Jar['marks']).latest === by },
});
const stored = (id: string) => workers.database.collection<Jar>('jars').findOne({ _id: id });

test('what is asked for in the same turn is one command, and each asker gets its own document', async () => {
  const ids = await givenJars(3);

  const found = await Promise.all([...ids, uuidv7(), ids[0] as string].map((id) => batches.find(id, ['coins'])));

  expect(found.map((jar) => jar?._id)).toEqual([...ids, undefined, ids[0]]);
  expect(commands).toEqual(['find']);
});

test('alone, nothing waits for company; behind a command that is under way it does', async () => {
  const [first, second, third] = (await givenJars(3)) as [string, string, string];

  const one = batches.update(coinInto(first, 0, 'a'));
  await new Promise(setImmediate);
  const more = [batches.update(coinInto(second, 0, 'b')), batches.update(coinInto(third, 0, 'c'))];

  expect(await Promise.all([one, ...more])).toEqual([true, true, true]);
  expect(commands).toEqual(['updateOne', 'bulkWrite']);
});

test('where a batch matched fewer than it sent, each learns of its own write', async () => {
  const [free, taken] = (await givenJars(2)) as [string, string];
  await batches.update(coinInto(taken, 0, 'somebody before'));

  const answers = await Promise.all([
    batches.update(coinInto(free, 0, 'me')),
    batches.update(coinInto(taken, 0, 'too late')),
    batches.update(coinInto(uuidv7(), 0, 'nowhere')),
  ]);

  expect(answers).toEqual([true, false, false]);
  expect(await stored(taken)).toMatchObject({ coins: 1, marks: { latest: 'somebody before' } });
});

test('of two that want the same in one batch, one has done it', async () => {
  const [jar] = (await givenJars(1)) as [string];

  const answers = await Promise.all(['a', 'b', 'c'].map((by) => batches.update(coinInto(jar, 0, by))));

  expect(answers.filter(Boolean)).toHaveLength(1);
  expect(await stored(jar)).toMatchObject({ coins: 1, marks: { latest: 'abc'[answers.indexOf(true)] } });
});

test('an insert that meets a document with its id fails alone', async () => {
  const [there] = (await givenJars(1)) as [string];
  const fresh = uuidv7();

  const answers = await Promise.all([there, fresh, fresh].map((_id) => batches.insert({ _id, coins: 5, marks: {} })));

  expect(answers).toEqual([false, true, false]);
  expect(await stored(there)).toMatchObject({ coins: 0 });
  expect(await stored(fresh)).toMatchObject({ coins: 5 });
});

test.each([
  ['that is too large (MongoDB: 16 MB)', { $set: { note: 'x'.repeat(17_000_000) } }],
  ['that the store refuses', { $inc: { marks: 1 } }],
])('a change %s fails for whoever wrote it, and nobody else', async (_, change) => {
  const [good, bad, other] = (await givenJars(3)) as [string, string, string];

  const answers = await Promise.allSettled([
    batches.update(coinInto(good, 0, 'good')),
    batches.update({ ...coinInto(bad, 0, 'bad'), change }),
    batches.update(coinInto(other, 0, 'other')),
  ]);

  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(answers[0]).toMatchObject({ value: true });
  expect(await stored(good)).toMatchObject({ coins: 1 });
  expect(await stored(bad)).toMatchObject({ coins: 0 });
  expect(await stored(other)).toMatchObject({ coins: 1 });
});

test('when the store cannot be reached, all of the batch learn it, and the next batch is tried', async () => {
  let isDown = true;
  const ask = batched<number, number>(workers.database, async (numbers) => {
    if (isDown) throw new Error('connect ECONNREFUSED');
    return numbers.map((n) => n * 2);
  });

  const lost = await Promise.allSettled([ask(1), ask(2)]);
  isDown = false;

  expect(lost.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await Promise.all([ask(1), ask(2)])).toEqual([2, 4]);
});

test.each([
  ['inserts', (jars: Batches<Jar>, _id: string) => jars.insert({ _id, coins: 5, marks: {} })],
  ['updates', (jars: Batches<Jar>, id: string) => jars.update(coinInto(id, 0, 'me'))],
])('when the store goes away in the middle of a batch of %s, nobody is told that it was written', async (_, write) => {
  const { mongodbUri } = inject('infrastructure');
  const uri = new URL(mongodbUri);
  const way = await silentAtFirst({ host: uri.hostname, port: Number(uri.port) }, 0);
  uri.port = String(way.port);
  const options = { dbName: workers.databaseName, serverSelectionTimeoutMS: 200 };
  const database = await mongoose.createConnection(uri.href, options).asPromise();
  const jars = await jarsOn(database, (command) => command === 'bulkWrite' && void way.close());
  const ids = await givenJars(2);

  const answers = await Promise.allSettled(ids.map((id) => write(jars, id)));

  expect(answers.map((answer) => answer.status === 'rejected' && dependencyAtFault(answer.reason))).toEqual([
    'mongodb',
    'mongodb',
  ]);
  await database.close(true);
});

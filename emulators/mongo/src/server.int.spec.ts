import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type RunningMongo, startMongo } from './index.ts';
import { silent } from './logger.ts';
import { Store } from './storage/store.ts';
import { expire } from './ttl.ts';

const { MongoClient } = mongoose.mongo;
type Client = InstanceType<typeof MongoClient>;

let mongo: RunningMongo;
let client: Client;
const directories: string[] = [];
const directory = () => {
  const made = mkdtempSync(join(tmpdir(), 'emulator-mongo-'));
  directories.push(made);
  return made;
};

beforeAll(async () => {
  mongo = await startMongo();
  client = await MongoClient.connect(mongo.uri);
});
afterAll(async () => {
  await client.close();
  await mongo.close();
});
afterEach(() => {
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
});

interface Numbered {
  _id: number;
  n?: number;
  value?: number;
  text?: string;
  a?: { b: string };
}
const collection = (name: string, of = client) => of.db('spec').collection<Numbered>(name);

describe('the driver, unmodified', () => {
  test('reads results of many batches', async () => {
    await collection('many').insertMany(Array.from({ length: 1000 }, (_, _id) => ({ _id })));

    const read = await collection('many').find().batchSize(7).toArray();

    expect(read.map(({ _id }) => _id)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  test('writes without acknowledgement', async () => {
    await collection('quiet').insertOne({ _id: 1 }, { writeConcern: { w: 0 } });

    await expect.poll(() => collection('quiet').countDocuments({})).toBe(1);
  });

  test('sends and reads documents up to 16 MB, and is refused beyond', async () => {
    const text = 'x'.repeat(16 * 1024 * 1024 - 100);
    await collection('big').insertOne({ _id: 1, text });
    await collection('big').insertOne({ _id: 2, text });

    expect((await collection('big').find().toArray()).map((doc) => doc.text?.length)).toEqual([
      text.length,
      text.length,
    ]);
    await expect(collection('big').updateOne({ _id: 1 }, { $set: { more: 'x'.repeat(200) } })).rejects.toMatchObject({
      code: 10334,
    });
  });

  test('tells duplicate keys with their pattern and value', async () => {
    await collection('unique').createIndex({ 'a.b': 1 }, { unique: true });
    await collection('unique').insertOne({ _id: 1, a: { b: 'x' } });

    await expect(collection('unique').insertOne({ _id: 2, a: { b: 'x' } })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { 'a.b': 1 },
      keyValue: { 'a.b': 'x' },
    });
    await expect(
      collection('unique').findOneAndUpdate({ _id: 3 }, { $set: { 'a.b': 'x' } }, { upsert: true }),
    ).rejects.toMatchObject({ code: 11000 });
  });

  test('says that it is a stand-in, and that it has no transactions', async () => {
    expect(await client.db('admin').command({ buildInfo: 1 })).toMatchObject({ standIn: true });

    const session = client.startSession();
    session.startTransaction();
    await expect(collection('tx').insertOne({ _id: 1 }, { session })).rejects.toThrow();
    await session.endSession();
  });

  test('is told how often each command was run', async () => {
    const total = async () => {
      const { metrics } = await client.db('admin').command({ serverStatus: 1 });
      return metrics.commands.count?.total ?? 0;
    };
    const before = await total();

    await client.db('spec').command({ count: 'counted' });
    await client.db('spec').command({ count: 'counted' });

    expect((await total()) - before).toBe(2);
  });

  test('a hundred connections at once count to what they should', async () => {
    const crowd = await MongoClient.connect(mongo.uri, { maxPoolSize: 100 });
    await collection('counter').insertOne({ _id: 1, n: 0 });

    await Promise.all(
      Array.from({ length: 500 }, () => collection('counter', crowd).updateOne({ _id: 1 }, { $inc: { n: 1 } })),
    );

    expect(await collection('counter').findOne({})).toEqual({ _id: 1, n: 500 });
    await crowd.close();
  });
});

describe('rubbish on the wire', () => {
  const random = Buffer.from(Array.from({ length: 64 }, (_, i) => (i * 37) % 256));
  test.each([
    ['text', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['noise', random],
    ['a length of nothing', Buffer.alloc(16)],
    [
      'BSON that lies about its length',
      Buffer.from('2a00000001000000000000 00dd07000000000000 00ffffff7f'.replaceAll(' ', '').padEnd(84, '0'), 'hex'),
    ],
  ])('%s ends that connection and no other', async (_what, bytes) => {
    const socket = connect(mongo.port, '127.0.0.1');
    const ended = new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
    socket.write(bytes);
    await ended;

    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
  });
});

describe('starting', () => {
  test('an address that others can reach is refused', async () => {
    await expect(startMongo({ host: '0.0.0.0' })).rejects.toThrow(/not a loopback address/);
  });

  test('a data directory in use is refused', async () => {
    const dataDir = directory();
    const first = await startMongo({ dataDir });

    await expect(startMongo({ dataDir })).rejects.toThrow(/in use/);

    await first.close();
    await (await startMongo({ dataDir })).close();
  });

  test('a port in use is refused', async () => {
    await expect(startMongo({ port: mongo.port })).rejects.toThrow(/EADDRINUSE/);
  });
});

test('expired documents go', async () => {
  const store = new Store(undefined, silent);
  const sessions = store.getOrCreate('d.sessions');
  store.addIndex(sessions, { v: 2, key: { at: 1 }, name: 'at_1', expireAfterSeconds: 60 });
  const now = Date.now();
  sessions.insert({ _id: 'old', at: new Date(now - 61_000) });
  sessions.insert({ _id: 'young', at: new Date(now - 59_000) });
  sessions.insert({ _id: 'no date', at: 1 });

  await expire(store, now);

  expect([...sessions.documents.values()].map(({ doc }) => doc._id)).toEqual(['young', 'no date']);
});

/** The server in a process of its own. */
async function spawnMongo(command: string, args: string[]) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  await vi.waitUntil(() => /mongo listening on \S+\n/.test(output), { timeout: 30_000 });
  return { child, exited, uri: /mongo listening on (\S+)/.exec(output)![1]!, output: () => output };
}
const main = join(import.meta.dirname, 'main.ts');

describe('a process that ends in the middle of writes', { timeout: 90_000 }, () => {
  test('kill -9 loses nothing that was acknowledged', async () => {
    const data = directory();
    const acknowledged = new Map<number, number>();
    for (let round = 1; round <= 2; round++) {
      const { child, exited, uri } = await spawnMongo(process.execPath, [main, '--data', data]);
      const writer = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 500 });
      const writing = Array.from({ length: 8 }, async (_, id) => {
        for (let n = 1; ; n++) {
          const value = round * 1_000_000 + n;
          await collection('writes', writer).updateOne({ _id: id }, { $set: { value } }, { upsert: true });
          acknowledged.set(id, value);
        }
      });
      await vi.waitUntil(
        () =>
          [...acknowledged.values()].filter((value) => value % 1_000_000 > 50 && value > round * 1_000_000).length ===
          8,
        { timeout: 30_000 },
      );
      child.kill('SIGKILL');
      await Promise.allSettled(writing);
      await exited;
      await writer.close();
    }

    const again = await startMongo({ dataDir: data });
    const reader = await MongoClient.connect(again.uri);
    for (const { _id, value } of await collection('writes', reader).find().toArray()) {
      expect(value).toBeGreaterThanOrEqual(acknowledged.get(_id)!);
    }
    expect(await collection('writes', reader).countDocuments({})).toBe(8);
    await reader.close();
    await again.close();
  });

  test('a full disk refuses the write clearly, keeps the rest and says so once', async () => {
    const data = directory();
    // A limit on the size of files stands in for a full disk: the same error at the same call.
    const script = `trap '' XFSZ; ulimit -f 1000; exec "$0" "$@"`;
    const { child, exited, uri, output } = await spawnMongo('bash', [
      '-c',
      script,
      process.execPath,
      main,
      '--data',
      data,
    ]);
    const writer = await MongoClient.connect(uri);
    const text = 'x'.repeat(50_000);
    let kept = 0;
    let refusal: unknown;
    while (!refusal && kept < 100) {
      await collection('full', writer)
        .insertOne({ _id: kept, text })
        .then(
          () => kept++,
          (error) => (refusal = error),
        );
    }
    await collection('full', writer)
      .insertOne({ _id: kept, text })
      .catch(() => undefined);

    expect(refusal).toMatchObject({ message: expect.stringMatching(/not applied, the journal can't be written/) });
    expect(await collection('full', writer).countDocuments({})).toBe(kept);
    expect(output().match(/journal can't be written/g)).toHaveLength(1);
    await writer.close();
    child.kill('SIGTERM');
    expect(await exited).toBe(0);

    const again = await startMongo({ dataDir: data });
    const reader = await MongoClient.connect(again.uri);
    expect(await collection('full', reader).countDocuments({})).toBe(kept);
    await reader.close();
    await again.close();
  });
});

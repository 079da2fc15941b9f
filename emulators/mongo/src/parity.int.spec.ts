import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Doc } from './bson/codec.ts';
import { parityUri } from './config.ts';
import { collections } from './parity/collections.ts';
import { queries } from './parity/queries.ts';
import type { Row } from './parity/row.ts';
import { updates } from './parity/updates.ts';
import { type RunningMongo, startMongo } from './server.ts';

const { MongoClient, BSON } = mongoose.mongo;
type Client = InstanceType<typeof MongoClient>;
type Db = ReturnType<Client['db']>;

const database = `parity_${process.pid}`;
const otherUri = parityUri();
let mongo: RunningMongo;
let ours: Client;
let theirs: Client | undefined;

beforeAll(async () => {
  mongo = await startMongo();
  ours = await MongoClient.connect(mongo.uri);
  theirs = otherUri === undefined ? undefined : await MongoClient.connect(otherUri);
});

afterAll(async () => {
  await theirs?.db(database).dropDatabase();
  await theirs?.close();
  await ours.close();
  await mongo.close();
});

interface Outcome {
  reply: Doc;
  code: number | undefined;
  left: Doc[];
}

/** Runs a row on one engine; values keep their types, so that 1 and Long 1 differ. */
async function outcomeOf(row: Row, db: Db): Promise<Outcome> {
  const collection = db.collection('c', { promoteValues: false });
  await collection.drop().catch(() => undefined);
  if (row.given) await collection.insertMany(row.given.map((doc) => ({ ...doc })));
  const outcome: Outcome = { reply: {}, code: undefined, left: [] };
  for (const command of [row.when].flat()) {
    try {
      const { cursor, ok, ...reply } = await db.command(command, { promoteValues: false });
      outcome.reply = cursor ? { docs: cursor.firstBatch } : reply;
      outcome.code = numberOf(reply.writeErrors?.[0]?.code);
    } catch (error) {
      outcome.code = numberOf((error as { code?: unknown }).code);
    }
  }
  outcome.left = await collection.find().sort({ _id: 1 }).toArray();
  return outcome;
}

const numberOf = (code: unknown) => (code === undefined ? undefined : Number(code));

/** As BSON text, so that types and the order of fields count. */
const text = (value: unknown) => JSON.stringify(BSON.EJSON.serialize(value as Doc, { relaxed: false }), null, 1);

const comparable = ({ reply, code, left }: Outcome, row: Row) => {
  const wanted = Object.keys(row.reply ?? {}).map((key) => [key, reply[key]]);
  return text({ reply: Object.fromEntries(wanted), code: code ?? null, left: row.left ? left : null });
};

describe.each([
  ['queries', queries],
  ['updates', updates],
  ['collections, indexes and pipelines', collections],
])('%s', (_title, rows) => {
  test.each(rows)('$name', async (row) => {
    const outcome = await outcomeOf(row, ours.db(database));

    if (Array.isArray(row.code)) expect(row.code).toContain(outcome.code);
    else expect(outcome.code).toBe(row.code);
    if (row.reply) {
      const shown = Object.fromEntries(Object.keys(row.reply).map((key) => [key, outcome.reply[key]]));
      expect(text(shown)).toBe(text(row.reply));
    }
    if (row.left) expect(text(outcome.left)).toBe(text(row.left));
    if (theirs && !row.differs)
      expect(comparable(await outcomeOf(row, theirs.db(database)), row)).toBe(comparable(outcome, row));
  });
});

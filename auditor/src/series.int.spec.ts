import mongoose, { type Connection, type mongo } from 'mongoose';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type CountedSeries, seriesViolations } from './checks/documents.ts';
import type { Collections } from './sources.ts';

const dbName = `series_${process.pid}_${Date.now()}`;
let connection: Connection;
let documents: Collections['documents'];
/** What the store was asked, by command. */
let asked: { readonly name: string; readonly command: mongo.Document }[] = [];

beforeAll(async () => {
  connection = await mongoose
    .createConnection(inject('infrastructure').mongodbUri, { dbName, monitorCommands: true })
    .asPromise();
  documents = connection.collection('documents') as unknown as Collections['documents'];
  connection.getClient().on('commandStarted', ({ commandName: name, command }) => void asked.push({ name, command }));
});
beforeEach(async () => {
  await connection.collection('documents').deleteMany({});
  // As `gateway/src/documents/document-archive.ts` has it.
  const partialFilterExpression = { serial: { $exists: true } };
  const series = { seller: 1, kind: 1, year: 1, serial: 1 } as const;
  await connection.collection('documents').createIndex(series, { unique: true, partialFilterExpression });
  asked = [];
});
afterAll(async () => {
  await connection?.dropDatabase();
  await connection?.close();
});

type Series = readonly [seller: string, kind: string, year: number];
const ADA: Series = ['Ada', 'invoice', 2026];

async function issue([seller, kind, year]: Series, ...serials: number[]): Promise<void> {
  const added = serials.map((serial) => {
    return { _id: `${seller} ${kind} ${year} ${serial}`, seller, kind, year, serial };
  });
  await documents.insertMany(added);
}
const messages = async (counted?: CountedSeries) =>
  (await seriesViolations({ documents }, counted)).violations.map(({ message }) => message);

test('every series is examined, whatever sellers, kinds and years there are', async () => {
  const all: Series[] = [ADA, ['Ada', 'invoice', 2024], ['Ada', 'credit_note', 2026], ['Bob', 'credit_note', 2025]];
  for (const one of all) await issue(one, 1, 2);
  await documents.insertOne({ _id: 'of before there were series' });
  expect(await seriesViolations({ documents })).toEqual({ violations: [], examined: all.length });
  await issue(['Bob', 'credit_note', 2025], 4);
  expect(await messages()).toEqual(['Bob has 3 documents (credit_note) in 2025, and the last has number 4']);
});

test('what was counted is not counted again, and a gap behind it is found', async () => {
  const counted: CountedSeries = new Map();
  await issue(ADA, 1, 2, 3);
  expect(await messages(counted)).toEqual([]);
  await issue(ADA, 4);
  asked = [];
  expect(await messages(counted)).toEqual([]);
  const counts = asked.filter(({ name }) => name === 'aggregate').map(({ command }) => command.pipeline[0].$match);
  expect(counts).toEqual([{ seller: 'Ada', kind: 'invoice', year: 2026, serial: { $gt: 3, $lte: 4 } }]);
  await issue(ADA, 6);
  const gap = 'Ada has 5 documents (invoice) in 2026, and the last has number 6';
  expect([await messages(counted), await messages(counted)]).toEqual([[gap], [gap]]);
});

test('after a restore all are counted again', async () => {
  const counted: CountedSeries = new Map();
  await issue(ADA, 1, 2, 3);
  await seriesViolations({ documents }, counted);
  await documents.deleteMany({ serial: { $in: [1, 3] } });
  expect(await messages(counted)).toEqual(['Ada has 1 documents (invoice) in 2026, and the last has number 2']);
});

test('the store reads what a series begins and ends with, and nothing between', async () => {
  await issue(ADA, ...Array.from({ length: 50 }, (_, n) => n + 1));
  await seriesViolations({ documents });
  asked = [];
  await seriesViolations({ documents });
  expect([...new Set(asked.map(({ name }) => name))].toSorted()).toEqual(['aggregate', 'find']);
  for (const { command } of asked.filter(({ name }) => name === 'find')) expect(command.limit).toBe(1);
});

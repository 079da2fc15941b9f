import mongoose from 'mongoose';
import { expect, test } from 'vitest';
import { startingWith } from './at-start.ts';

const answered = (code: number, message: string) => new mongoose.mongo.MongoServerError({ message, code });
const DEADLOCK = answered(8, 'deadlock detected');

/** Fails so often, then succeeds. */
function failing(times: number, error: Error) {
  const tries = { count: 0 };
  return Object.assign(tries, {
    act: async () => {
      tries.count += 1;
      if (tries.count <= times) throw error;
      return 'done';
    },
  });
}

function logged() {
  const lines: object[] = [];
  return { lines, log: { warn: (fields: object) => void lines.push(fields) } };
}

test('what met others is done again, and each time the log says what', async () => {
  const { lines, log } = logged();
  const index = failing(3, DEADLOCK);
  expect(await startingWith({ log, firstPauseMs: 1 })('the index a_1 of things', index.act)).toBe('done');
  expect(index.count).toBe(4);
  expect(lines).toEqual(
    [1, 2, 3].map((tries) => ({ what: 'the index a_1 of things', tries, error: 'deadlock detected' })),
  );
});

test('a store that goes away meanwhile is waited for', async () => {
  const index = failing(2, new mongoose.mongo.MongoNetworkError('read ECONNRESET'));
  expect(await startingWith({ firstPauseMs: 1 })('it', index.act)).toBe('done');
});

test('what would fail again fails at once, and is named', async () => {
  const index = failing(Number.POSITIVE_INFINITY, answered(11_000, 'E11000 duplicate key error'));
  await expect(startingWith({ firstPauseMs: 1 })('the index a_1 of things', index.act)).rejects.toThrow(
    'The store did not make ready the index a_1 of things: E11000 duplicate key error',
  );
  expect(index.count).toBe(1);
});

test('it is given up within its bound', async () => {
  const index = failing(Number.POSITIVE_INFINITY, DEADLOCK);
  await expect(startingWith({ firstPauseMs: 1, withinMs: 20 })('the index a_1 of things', index.act)).rejects.toThrow(
    /^The store did not make ready the index a_1 of things in \d+ tries: deadlock detected$/,
  );
});

test('a process that is told to stop tries nothing again', async () => {
  const stopping = new AbortController();
  const log = { warn: () => stopping.abort() };
  const index = failing(Number.POSITIVE_INFINITY, DEADLOCK);
  await expect(startingWith({ log, signal: stopping.signal, firstPauseMs: 60_000 })('it', index.act)).rejects.toThrow(
    'The store did not make ready it: deadlock detected',
  );
  expect(index.count).toBe(1);
});

import { expect, test } from 'vitest';
import { abortedAfter, atMost, LATE } from './at-most.ts';

const forEver = new Promise<never>(() => {});
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test('work that is done in time gives its result, or its error', async () => {
  expect(await atMost(60_000, Promise.resolve('done'))).toBe('done');
  await expect(atMost(60_000, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await abortedAfter(60_000, new AbortController().signal, async () => 'done')).toBe('done');
});

test('nobody waits longer for work that is not', async () => {
  expect(await atMost(1, forEver)).toBe(LATE);
  await expect(abortedAfter(1, new AbortController().signal, untilAborted)).rejects.toThrow('not done within 1 ms');
});

test('work that is aborted from outside learns why, also where that was before it began', async () => {
  const outside = new AbortController();
  const work = abortedAfter(60_000, outside.signal, untilAborted);
  outside.abort(new Error('stopping'));
  await expect(work).rejects.toThrow('stopping');
  expect(await abortedAfter(60_000, outside.signal, async (bound) => bound.aborted)).toBe(true);
});

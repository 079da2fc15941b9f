import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

/** Runs what is ready to run. */
const soon = () => new Promise(setImmediate);

test('who comes second begins when the first has ended, and another aggregate waits for neither', async () => {
  const turns = createTurns(60_000);
  const begun: string[] = [];
  const first = await turns.take('a');
  const second = turns.take('a').then((turn) => {
    begun.push('second');
    return turn;
  });
  await turns.take('b').then(() => begun.push('of b'));
  await soon();
  expect(begun).toEqual(['of b']);

  first.end();
  (await second).end();

  expect(begun).toEqual(['of b', 'second']);
  expect(await (await turns.take('a')).letOthersGo()).toBe(false);
});

test('who hangs keeps nobody for longer than our patience', async () => {
  const turns = createTurns(1);
  await turns.take('a');

  const second = await turns.take('a');

  second.end();
});

test('two that wait for each other both go on once the one that they need has ended', async () => {
  const turns = createTurns(60_000);
  const first = await turns.take('a');
  const [second, third] = [turns.take('a'), turns.take('a')];
  first.end();
  const two = await second;
  const needed = turns.take('a');
  const gone: string[] = [];

  const waits = two.letOthersGo().then(() => gone.push('two'));
  const three = await third;
  const alsoWaits = three.letOthersGo().then(() => gone.push('three'));
  const last = await needed;
  await soon();
  expect(gone).toEqual([]);
  last.end();

  await Promise.all([waits, alsoWaits]);
  expect(gone.toSorted()).toEqual(['three', 'two']);
});

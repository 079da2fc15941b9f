import { describe, expect, test } from 'vitest';
import { callFirst, change, decideWithCalls, ignore } from './decision.ts';

describe('a decision that needs calls', () => {
  test('given nothing has to be called, it stands', async () => {
    const calls = () => expect.unreachable('called');
    expect(await decideWithCalls(ignore('known'), calls, calls)).toEqual(ignore('known'));
  });

  test('is made again on each answer, until no other call is wanted', async () => {
    const asked: number[] = [];
    const call = async (n: number) => {
      asked.push(n);
      return n + 1;
    };
    const decide = (answer: number) => (answer < 4 ? callFirst(answer) : change({ answer }, ['done']));
    expect(await decideWithCalls(callFirst(1), call, decide)).toEqual(change({ answer: 4 }, ['done']));
    expect(asked).toEqual([1, 2, 3]);
  });

  test('given each answer wants another call, it is given up, to be tried again later', async () => {
    const forever = decideWithCalls(callFirst(0), async (n: number) => n, callFirst);
    await expect(forever).rejects.toThrow('Another call was wanted');
  });
});

import { describe, expect, test } from 'vitest';
import type { BuyerKey } from '../orders/buyer-key.ts';
import { decideCardAttempt, suspectsIn } from './decide-card-attempt.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const [ADDRESS, MAILBOX, CARD] = ['address:a', 'mailbox:m', 'card:c'] as const;
/** As many declines, the latest so many seconds ago. */
const tried = (key: BuyerKey, declines: number, secondsAgo = 0, underWay = 0) => ({
  key,
  declinedAt: Array.from({ length: declines }, (_, index) => NOW.getTime() - (secondsAgo + index) * 1_000),
  underWay,
});
const decide = (...all: ReturnType<typeof tried>[]) => decideCardAttempt(all, { freeDeclines: 3, now: NOW });

describe('another card', () => {
  test.each([0, 1, 2])('is taken at once after %i declined ones', (declines) => {
    expect(decide(tried(MAILBOX, declines), tried(ADDRESS, declines), tried(CARD, declines))).toBeUndefined();
  });

  test.each([
    [MAILBOX, 3, 10],
    [MAILBOX, 4, 30],
    [MAILBOX, 5, 120],
    [MAILBOX, 6, 600],
    [MAILBOX, 7, 3_600],
    [MAILBOX, 60, 3_600],
    [CARD, 3, 10],
    [ADDRESS, 12, 10],
    [ADDRESS, 15, 600],
    [ADDRESS, 60, 600],
  ] as const)('is taken later and later: of %s with %i declines after %i s', (key, declines, seconds) => {
    expect(decide(tried(key, declines))).toEqual({ by: key, seconds, declines });
    expect(decide(tried(key, declines, seconds - 1))?.seconds).toBe(1);
    expect(decide(tried(key, declines, seconds))).toBeUndefined();
  });

  test('waits for the longest of several reasons', () => {
    expect(decide(tried(MAILBOX, 3), tried(CARD, 5), tried(ADDRESS, 12))).toMatchObject({ by: CARD, seconds: 120 });
  });

  test('is taken at once when the declined ones are a day old, of an address an hour', () => {
    const [hour, day] = [3_600, 86_400];
    expect(decide(tried(ADDRESS, 99, hour))).toBeUndefined();
    expect(decide(tried(MAILBOX, 5, hour, 2))).toMatchObject({ by: MAILBOX, declines: 5 });
    expect(decide(tried(MAILBOX, 5, day, 2))).toBeUndefined();
  });
});

describe('cards that are not answered yet', () => {
  test('are as many at once as may be declined', () => {
    expect(decide(tried(MAILBOX, 0, 0, 2))).toBeUndefined();
    expect(decide(tried(MAILBOX, 0, 0, 3))).toMatchObject({ by: MAILBOX, seconds: 5 });
    expect(decide(tried(MAILBOX, 2, 0, 1))).toMatchObject({ by: MAILBOX });
    expect(decide(tried(ADDRESS, 0, 0, 11))).toBeUndefined();
    expect(decide(tried(ADDRESS, 0, 0, 12))).toMatchObject({ by: ADDRESS });
  });

  test('are tried one at a time once a delay is over', () => {
    expect(decide(tried(MAILBOX, 5, 120, 0))).toBeUndefined();
    expect(decide(tried(MAILBOX, 5, 120, 1))).toMatchObject({ by: MAILBOX, seconds: 5 });
  });
});

test('staff hear of who had many cards declined, and of who goes on although we refuse to try any', () => {
  const declined = new Map<BuyerKey, number>([
    [MAILBOX, 5],
    [CARD, 6],
    [ADDRESS, 11],
    ['address:b', 12],
  ]);
  const refused = new Map<BuyerKey, number>([
    [MAILBOX, 9],
    ['customer:c', 10],
  ]);
  expect(suspectsIn(declined, refused, 3)).toEqual([
    { by: 'address', declines: 12, refused: 0 },
    { by: 'customer', declines: 0, refused: 10 },
    { by: 'card', declines: 6, refused: 0 },
  ]);
});

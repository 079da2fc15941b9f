import { contextFor } from '@orderflow/runtime/testing';
import { describe, expect, test } from 'vitest';
import type { Deps } from './deps.ts';
import { earlierTries } from './earlier-tries.ts';
import { onInventoryReserved } from './handlers/on-inventory-reserved.ts';
import { onOrderPlaced } from './handlers/on-order-placed.ts';
import { placed, reserved } from './testing/events.ts';

const HOUR_MS = 3_600_000;
const now = new Date('2026-01-02T12:00:00Z');
const saidHoursAgo = (hours: number) => ({ time: new Date(now.getTime() - hours * HOUR_MS).toISOString() });

describe('what is known of earlier tries', () => {
  test.each([
    ['none', 1, 1, { forgotten: false, searchable: false }],
    ['none', 1, 100, { forgotten: false, searchable: false }],
    ['put aside', 2, 22.9, { forgotten: false, searchable: false }],
    ['put aside', 2, 23.1, { forgotten: true, searchable: false }],
    ['put aside', 4, 0.1, { forgotten: false, searchable: false }],
    ['put aside', 5, 0.1, { forgotten: false, searchable: true }],
    ['cut off', 5, 0.1, { forgotten: false, searchable: false }],
    ['cut off', 1, 24, { forgotten: true, searchable: false }],
  ] as const)('the last was %s, this is try %i, of a fact said %d hours ago', (lastTry, attempt, hours, earlier) => {
    expect(earlierTries(saidHoursAgo(hours), contextFor({ lastTry, attempt, now }))).toMatchObject(earlier);
  });

  test('a commit that missed before anything was asked is no try', () => {
    const asked = (context: object) =>
      earlierTries(saidHoursAgo(0), contextFor({ triedBefore: true, ...context })).asked;
    expect(asked({})).toBe(false);
    expect(asked({ notes: new Map([['intent', 'pi_1']]) })).toBe(true);
    expect(asked({ lastTry: 'cut off' })).toBe(true);
  });
});

test.each([
  ['order.placed', () => onOrderPlaced, () => placed('o1')],
  ['inventory.reserved', () => onInventoryReserved, () => reserved('o1')],
])('%s finds that the order ended while its commit missed: Stripe is asked nothing', (_, handler, event) => {
  const state = { status: 'not_needed', reason: 'changed my mind' } as const;
  const result = handler()({} as Deps, event() as never, state, contextFor({ triedBefore: true }));
  expect(result).toEqual({ kind: 'ignore', reason: 'the payment is not_needed' });
});

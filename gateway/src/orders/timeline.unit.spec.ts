import type { TimelineEntry } from '@orderflow/contracts';
import { expect, test } from 'vitest';
import { causalOrder } from './timeline.ts';

const entry = (eventId: string, seconds: number, causedBy?: string): TimelineEntry => ({
  eventId,
  type: 'order.placed',
  source: '/test',
  at: new Date(Date.UTC(2026, 0, 1, 12, 0, seconds)).toISOString(),
  text: eventId,
  ...(causedBy === undefined ? {} : { causedBy }),
});
const order = (...entries: TimelineEntry[]) => causalOrder(entries).map(({ eventId }) => eventId);

test('entries stand by time', () => {
  expect(order(entry('second', 2), entry('first', 1))).toEqual(['first', 'second']);
});

test('a cause stands before its effect, whatever the clocks say', () => {
  expect(order(entry('effect', 1, 'cause'), entry('cause', 5), entry('between', 3))).toEqual([
    'between',
    'cause',
    'effect',
  ]);
});

test('so does the cause of a cause', () => {
  expect(order(entry('c', 1, 'b'), entry('b', 2, 'a'), entry('a', 3))).toEqual(['a', 'b', 'c']);
});

test('an entry whose cause is not on the timeline stands by its own time', () => {
  expect(order(entry('dispatched', 2, 'a scan'), entry('placed', 1))).toEqual(['placed', 'dispatched']);
});

test('entries of one instant keep the order they arrived in', () => {
  expect(order(entry('a', 1), entry('b', 1), entry('c', 1))).toEqual(['a', 'b', 'c']);
});

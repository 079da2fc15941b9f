import { describe, expect, test } from 'vitest';
import { newId } from './id.ts';
import { madeAt, readScanTime } from './scan-time.ts';

const now = new Date('2026-07-01T12:00:00.000Z');
const placedAt = Date.parse('2026-06-29T08:00:00Z');
const read = (said: unknown) => readScanTime(said, now, placedAt);
const RECEIVED = now.toISOString();

describe('the time of a scan', () => {
  test.each([
    ['2026-07-01T11:00:00Z', '2026-07-01T11:00:00.000Z'],
    ['2026-07-01T13:00:00+02:00', '2026-07-01T11:00:00.000Z'],
    ['2026-07-01 13:00 +0200', '2026-07-01T11:00:00.000Z'],
    ['2026-07-01T12:04:00Z', '2026-07-01T12:04:00.000Z'],
  ])('%s is believed', (said, scanAt) => {
    expect(read(said)).toEqual({ scanAt });
  });

  test.each([
    ['local time', '2026-07-01T13:59:00', 'no_zone'],
    ['local time west of here', '2026-07-01 04:59:00', 'no_zone'],
    ['an hour ahead, marked as UTC', '2026-07-01T13:00:00.000Z', 'ahead'],
    ['next year', '2027-07-01T13:00:00Z', 'ahead'],
    ['a zero date', '1970-01-01T00:00:00.000Z', 'behind'],
    ['year 1', '0001-01-01T00:00:00Z', 'behind'],
    ['before the order was placed', '2026-06-28T12:00:00Z', 'behind'],
    ['a zero date without a zone', '1970-01-01T00:00:00', 'behind'],
    ['words', 'yesterday', 'unreadable'],
    ['a date that there is not', '2026-13-45T00:00:00Z', 'unreadable'],
    ['nothing', undefined, 'unreadable'],
  ])('%s is taken for when we heard of it, and marked', (_, said, clock) => {
    expect(read(said)).toEqual({ scanAt: RECEIVED, clock });
  });

  test('without a zone, and older than any zone explains, stands as it is', () => {
    expect(read('2026-06-30T09:00:00')).toEqual({ scanAt: '2026-06-30T09:00:00.000Z', clock: 'no_zone' });
  });
});

test('an id says when it was made', () => {
  expect(madeAt(newId(now))).toBe(now.getTime());
  expect(madeAt('6e2c1d4a-0000-4000-8000-00001a2b3c4d')).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import { quietUntil } from './decide-quiet-hours.ts';

const night = { from: '22:00', until: '07:00', timeZone: 'Europe/Berlin' };
const until = (now: string, quiet: Parameters<typeof quietUntil>[1] = night) =>
  quietUntil(new Date(now), quiet)?.toISOString();

describe('quiet hours over midnight', () => {
  test.each([
    ['a moment before', '2026-11-22T21:59:59.999+01:00', undefined],
    ['at the first moment', '2026-11-22T22:00:00.000+01:00', '2026-11-23T06:00:00.000Z'],
    ['before midnight', '2026-11-22T23:59:59.999+01:00', '2026-11-23T06:00:00.000Z'],
    ['after midnight', '2026-11-23T00:00:00.000+01:00', '2026-11-23T06:00:00.000Z'],
    ['at the last moment', '2026-11-23T06:59:59.999+01:00', '2026-11-23T06:00:00.000Z'],
    ['when they are over', '2026-11-23T07:00:00.000+01:00', undefined],
    ['at noon', '2026-11-23T12:00:00.000+01:00', undefined],
    ['on New Year’s Eve', '2026-12-31T23:30:00.000+01:00', '2027-01-01T06:00:00.000Z'],
  ])('%s', (_, now, expected) => {
    expect(until(now)).toBe(expected);
  });
});

describe('quiet hours within a day', () => {
  const noon = { from: '12:30', until: '14:00', timeZone: 'America/New_York' };
  test.each([
    ['before', '2026-07-01T16:29:59.000Z', undefined],
    ['in them', '2026-07-01T16:30:00.000Z', '2026-07-01T18:00:00.000Z'],
    ['after', '2026-07-01T18:00:00.000Z', undefined],
  ])('%s', (_, now, expected) => {
    expect(until(now, noon)).toBe(expected);
  });
});

describe('the night the clock changes', () => {
  test('is an hour shorter in spring', () => {
    expect(until('2026-03-28T22:00:00.000+01:00')).toBe('2026-03-29T05:00:00.000Z');
    expect(until('2026-03-29T06:59:00.000+02:00')).toBe('2026-03-29T05:00:00.000Z');
  });

  test('is an hour longer in autumn', () => {
    expect(until('2026-10-24T22:00:00.000+02:00')).toBe('2026-10-25T06:00:00.000Z');
    expect(until('2026-10-25T06:59:00.000+01:00')).toBe('2026-10-25T06:00:00.000Z');
  });

  test('ends with the second of two hours of the same name', () => {
    const short = { ...night, until: '02:30' };
    for (const now of [
      '2026-10-25T01:00:00.000+02:00',
      '2026-10-25T02:29:00.000+02:00',
      '2026-10-25T02:10:00.000+01:00',
    ]) {
      expect(until(now, short)).toBe('2026-10-25T01:30:00.000Z');
    }
    expect(until('2026-10-25T02:30:00.000+01:00', short)).toBeUndefined();
  });

  test('ends though the hour of its end is left out', () => {
    const short = { ...night, until: '02:30' };
    const end = until('2026-03-29T01:59:00.000+01:00', short);
    expect(until(end ?? '', short)).toBeUndefined();
    expect(until('2026-03-29T03:00:00.000+02:00', short)).toBeUndefined();
  });

  test('begins though it falls into the hour that is left out', () => {
    expect(until('2026-03-29T03:00:00.000+02:00', { ...night, from: '02:30' })).toBe('2026-03-29T05:00:00.000Z');
  });
});

test.each([undefined, null, { ...night, until: '22:00' }])('nothing is quiet with %j', (quiet) => {
  for (const hour of ['00', '07', '12', '22', '23']) {
    expect(quietUntil(new Date(`2026-11-22T${hour}:00:00.000+01:00`), quiet)).toBeUndefined();
  }
});

test('every end of quiet hours is later than now, and not quiet', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC']) {
    for (let minute = 0; minute < 366 * 24 * 60; minute += 1_201) {
      const now = new Date(Date.UTC(2026, 0, 1) + minute * 60_000);
      const end = quietUntil(now, { ...night, timeZone: zone });
      if (!end) continue;
      expect(end.getTime()).toBeGreaterThan(now.getTime());
      expect(end.getTime() - now.getTime()).toBeLessThanOrEqual(10 * 3_600_000);
      expect(quietUntil(end, { ...night, timeZone: zone })).toBeUndefined();
    }
  }
});

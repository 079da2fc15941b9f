import { describe, expect, test } from 'vitest';
import { newId, newOrderId, regionNumberOf, timeOfId } from './id.ts';
import { orderIdSchema } from './order.ts';

const NOW = new Date('2026-11-26T12:00:00.123Z');

describe('the id of an order', () => {
  test.each([1, 2, 17, 255])('names region %d, is a UUIDv7 of its moment, and differs each time', (number) => {
    const ids = Array.from({ length: 200 }, () => newOrderId(NOW, number));

    expect(ids.map(regionNumberOf)).toEqual(ids.map(() => number));
    expect(ids.filter((id) => !orderIdSchema.safeParse(id).success || id[14] !== '7')).toEqual([]);
    expect(ids.map(timeOfId)).toEqual(ids.map(() => NOW));
    // People search by its end, and watchers tell orders apart by it.
    expect(new Set(ids.map((id) => id.slice(-12))).size).toBe(ids.length);
  });

  test('names none where there is one cell, as all ids of before', () => {
    expect(Array.from({ length: 500 }, () => newOrderId(NOW)).map(regionNumberOf)).not.toContainEqual(
      expect.any(Number),
    );
    expect(regionNumberOf(newId(NOW))).toBeUndefined();
    expect(regionNumberOf('01a20590-0222-7525-90fb-dcdc4c63fe02')).toBeUndefined();
  });

  test('sorts by time, whichever region made it', () => {
    const later = newOrderId(new Date(NOW.getTime() + 1), 1);
    expect(newOrderId(NOW, 255) < later).toBe(true);
  });

  test('is read as it was written, in any case', () => {
    expect(regionNumberOf('01A2056D-20C3-7CE1-A50F-B27F2CBE65B7')).toBe(15);
  });
});

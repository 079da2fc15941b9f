import { expect, test } from 'vitest';
import type { ReservationDocument } from './documents.ts';
import { createStockTotals, stockIdOf } from './stock-totals.ts';

const MINUTE_MS = 60_000;
const NOON = new Date('2026-11-27T12:00:00Z');
const MUG = stockIdOf('MUG', 'BER');
const atMinute = (minute: number) => new Date(NOON.getTime() + minute * MINUTE_MS);

/** Counts how often it is compared with another time. */
class CountedDate extends Date {
  static compared = 0;
  override valueOf(): number {
    CountedDate.compared += 1;
    return super.valueOf();
  }
}

const reserved = (minute: number, quantity: number, status = 'committed', restocked = 0): ReservationDocument =>
  ({
    _id: 'o',
    changedAt: new CountedDate(atMinute(minute).getTime()),
    parcels: [{ parcelId: 'p', warehouse: 'BER', status, lines: [{ sku: 'MUG', quantity }] }],
    restocks:
      restocked === 0
        ? []
        : [{ refundId: 'r', status: 'restocked', stock: [{ sku: 'MUG', warehouse: 'BER', quantity: restocked }] }],
  }) as unknown as ReservationDocument;

const sums = (settled: [number, number], pending: [number, number]) => ({
  settled: { committed: settled[0], restocked: settled[1] },
  pending: { committed: pending[0], restocked: pending[1] },
});

test('what nobody has written to for long is settled, what is young or open may be on its way', () => {
  const totals = createStockTotals();
  totals.add({ orderId: 'old', reservation: reserved(0, 3, 'committed', 1) });
  totals.add({ orderId: 'young', reservation: reserved(9, 5) });
  totals.add({ orderId: 'open', reservation: reserved(0, 7, 'committing') });
  expect(totals.totals(atMinute(5)).get(MUG)).toEqual(sums([3, 1], [5 + 7, 0]));
  expect(totals.totals(atMinute(10)).get(MUG)).toEqual(sums([3 + 5, 1], [7, 0]));
});

test('an order that is added again counts as it is now, however it was counted before', () => {
  const totals = createStockTotals();
  totals.add({ orderId: 'o', reservation: reserved(0, 3) });
  expect(totals.totals(atMinute(5)).get(MUG)).toEqual(sums([3, 0], [0, 0]));
  totals.add({ orderId: 'o', reservation: reserved(6, 3, 'committed', 2) });
  expect(totals.totals(atMinute(5)).get(MUG)).toEqual(sums([0, 0], [3, 2]));
  totals.add({ orderId: 'o', reservation: undefined });
  expect(totals.totals(atMinute(9)).get(MUG) ?? sums([0, 0], [0, 0])).toEqual(sums([0, 0], [0, 0]));
});

test('a clock that is set back makes young again what was settled', () => {
  const totals = createStockTotals();
  totals.add({ orderId: 'o', reservation: reserved(6, 3) });
  expect(totals.totals(atMinute(9)).get(MUG)).toEqual(sums([3, 0], [0, 0]));
  expect(totals.totals(atMinute(5)).get(MUG)).toEqual(sums([0, 0], [3, 0]));
});

test('totals cost what has moved, not what there is', () => {
  const totals = createStockTotals();
  for (let n = 0; n < 1_000; n++) totals.add({ orderId: `o${n}`, reservation: reserved(0, 1) });
  totals.totals(atMinute(5));
  totals.add({ orderId: 'new', reservation: reserved(6, 1) });
  CountedDate.compared = 0;
  expect(totals.totals(atMinute(5)).get(MUG)).toEqual(sums([1_000, 0], [1, 0]));
  expect(CountedDate.compared).toBe(1);
});

import { describe, expect, test } from 'vitest';
import { decideOnRefund, restocked, unmarked } from './decide-restock.ts';
import type { Held, ParcelStatus, Reservation, ReservedParcel, Restock } from './reservation.ts';

const MUG = 'MUG-RED';
const lines = (quantity: number) => [{ sku: MUG, quantity }];
const parcel = (status: ParcelStatus, over: Partial<ReservedParcel> = {}): ReservedParcel => ({
  parcelId: '1',
  warehouse: 'BERLIN',
  lines: lines(2),
  status,
  plan: 0,
  ...over,
});
const state = (parcels: ReservedParcel[], restocks?: Restock[]): Held => ({
  status: 'held',
  lines: lines(4),
  plan: 0,
  parcels,
  ...(restocks && { restocks }),
});
const berlin = parcel('committed');
const hamburg = parcel('committed', { parcelId: '2', warehouse: 'HAMBURG' });
const before = (quantity: number, over: Partial<Restock> = {}): Restock => ({
  refundId: 'r0',
  status: 'restocked',
  stock: [{ sku: MUG, warehouse: 'BERLIN', quantity }],
  ...over,
});
const refund = (quantity: number, over: { warehouse?: string; mayHaveLeft?: boolean } = {}) => ({
  ...{ refundId: 'r1', lines: lines(quantity), mayHaveLeft: false },
  ...over,
});

describe('when a refund says that goods are back', () => {
  test('given they have left, they are claimed for the warehouse they left from', () => {
    const restock = { refundId: 'r1', status: 'restocking', stock: [{ sku: MUG, warehouse: 'BERLIN', quantity: 1 }] };
    expect(decideOnRefund(state([berlin]), refund(1))).toEqual({
      kind: 'claim',
      restock,
      reservation: state([berlin], [restock as Restock]),
    });
  });

  test('given they left from two warehouses, they go back to both', () => {
    expect(decideOnRefund(state([berlin, hamburg]), refund(3))).toMatchObject({
      restock: {
        stock: [
          { warehouse: 'BERLIN', quantity: 2 },
          { warehouse: 'HAMBURG', quantity: 1 },
        ],
      },
    });
  });

  test('given some are back already, also by a refund that is under way, only the rest counts', () => {
    const restocks = [before(1), before(1, { refundId: 'r2', status: 'restocking' })];
    expect(decideOnRefund(state([berlin, hamburg], restocks), refund(2))).toMatchObject({
      restock: { stock: [{ warehouse: 'HAMBURG', quantity: 2 }] },
    });
  });

  test('given the refund says where they are, they are claimed for that warehouse, wherever they left from', () => {
    expect(decideOnRefund(state([berlin, hamburg]), refund(3, { warehouse: 'KASSEL' }))).toMatchObject({
      kind: 'claim',
      restock: { stock: [{ sku: MUG, warehouse: 'KASSEL', quantity: 3 }] },
    });
  });

  test('given they came back to another warehouse, that counts for all that is still out', () => {
    const moved = before(0, { stock: [{ sku: MUG, warehouse: 'HAMBURG', quantity: 3 }] });
    const back = decideOnRefund(state([berlin, hamburg], [moved]), refund(2));
    expect(back).toMatchObject({ restock: { stock: [{ warehouse: 'BERLIN', quantity: 1 }], beyond: lines(1) } });
    const there = decideOnRefund(state([berlin, hamburg], [moved]), refund(2, { warehouse: 'HAMBURG' }));
    expect(there).toMatchObject({ restock: { stock: [{ warehouse: 'HAMBURG', quantity: 1 }], beyond: lines(1) } });
  });

  test('given a warehouse and nothing of them is out any more, nothing is put back, and that is noted', () => {
    const decision = decideOnRefund(state([berlin], [before(2)]), refund(1, { warehouse: 'KASSEL' }));
    expect(decision).toMatchObject({ kind: 'note', restock: { status: 'restocked', stock: [], beyond: lines(1) } });
  });

  test('given more than had left, that much is put back and the rest is noted', () => {
    const decision = decideOnRefund(state([berlin]), refund(5));
    expect(decision).toMatchObject({
      kind: 'claim',
      restock: { stock: [{ sku: MUG, warehouse: 'BERLIN', quantity: 2 }], beyond: lines(3) },
    });
  });

  test('given the same SKU on two lines, they are summed', () => {
    const twice = { ...refund(1), lines: [...lines(1), ...lines(1)] };
    expect(decideOnRefund(state([berlin]), twice)).toMatchObject({ restock: { stock: [{ quantity: 2 }] } });
  });

  test.each(['planned', 'held', 'releasing', 'released', 'replacing', 'replaced'] as const)(
    'given they never left (%s), nothing is put back, and that is noted',
    (status) => {
      const restock = { refundId: 'r1', status: 'restocked', stock: [], beyond: lines(1) };
      expect(decideOnRefund(state([parcel(status)]), refund(1))).toMatchObject({ kind: 'note', restock });
    },
  );

  test.each(['held', 'replacing'] as const)(
    'given they may have left without our having heard of it (%s), it waits',
    (status) => {
      const lost = refund(1, { mayHaveLeft: true });
      expect(decideOnRefund(state([parcel(status)]), lost).kind).toBe('wait');
      expect(decideOnRefund(state([berlin, parcel(status, { parcelId: '2' })]), lost).kind).toBe('claim');
      expect(decideOnRefund(state([parcel(status, { lines: [{ sku: 'CUP', quantity: 1 }] })]), lost).kind).toBe('note');
    },
  );

  test.each(['releasing', 'released', 'replaced'] as const)(
    'given they cannot have left any more (%s), it does not wait',
    (status) => {
      expect(decideOnRefund(state([parcel(status)]), refund(1, { mayHaveLeft: true })).kind).toBe('note');
    },
  );

  test('given they are just leaving, it waits', () => {
    expect(decideOnRefund(state([parcel('committing')]), refund(1)).kind).toBe('wait');
    expect(decideOnRefund(state([berlin, parcel('committing', { parcelId: '2' })]), refund(1)).kind).toBe('claim');
  });

  test('given it was claimed, it is finished as claimed; given it is done, nothing', () => {
    const claimed = before(1, { refundId: 'r1', status: 'restocking' });
    expect(decideOnRefund(state([berlin], [claimed]), refund(2))).toMatchObject({ kind: 'restock', restock: claimed });
    expect(decideOnRefund(state([berlin], [before(1, { refundId: 'r1' })]), refund(2)).kind).toBe('nothing');
  });

  test('given nothing is known of the order yet, it waits; given it was rejected, nothing', () => {
    expect(decideOnRefund(null, refund(1)).kind).toBe('wait');
    expect(decideOnRefund({ status: 'allocating', lines: [], plan: 1, parcels: [] }, refund(1)).kind).toBe('wait');
    const rejected: Reservation = { status: 'rejected', lines: [], plan: 0, parcels: [], shortages: [] };
    expect(decideOnRefund(rejected, refund(1)).kind).toBe('nothing');
  });

  test('once back, only its own claim is finished', () => {
    const mine = before(1, { refundId: 'r1', status: 'restocking' });
    const other = before(1, { refundId: 'r2', status: 'restocking' });
    const now = new Date('2026-01-01T12:00:00Z');
    const after = restocked(state([berlin], [mine, other]), mine, now);
    const markedUntil = new Date('2026-01-02T12:00:00Z');
    expect(after.restocks).toEqual([{ ...mine, status: 'restocked', markedUntil }, other]);
    expect(unmarked(after, mine).restocks).toEqual([{ ...mine, status: 'restocked' }, other]);
  });
});

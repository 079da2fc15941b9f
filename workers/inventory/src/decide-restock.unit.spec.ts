import { InventoryRestocked } from '@orderflow/contracts';
import { change } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import { decideOnRefund, restocked, unmarked } from './decide-restock.ts';
import type { Held, ParcelStatus, Reservation, ReservedParcel, Restock } from './reservation.ts';

const MUG = 'MUG-RED';
const REFUND = '6e2c1d4a-0000-5000-8000-00001a2b3c4d';
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
const now = new Date('2026-01-01T12:00:00Z');
const refund = (quantity: number, over: { warehouse?: string; mayHaveLeft?: boolean } = {}) => ({
  ...{ refundId: REFUND, lines: lines(quantity), mayHaveLeft: false, now },
  ...over,
});

describe('when a refund says that goods are back', () => {
  test('given they have left, they are booked for the warehouse they left from', () => {
    const restock = { refundId: REFUND, status: 'restocking', stock: [{ sku: MUG, warehouse: 'BERLIN', quantity: 1 }] };
    expect(decideOnRefund(state([berlin]), refund(1))).toEqual({
      kind: 'checkpoint',
      state: state([berlin], [restock as Restock]),
    });
  });

  test('given they left from two warehouses, they go back to both', () => {
    expect(decideOnRefund(state([berlin, hamburg]), refund(3))).toMatchObject({
      state: {
        restocks: [
          {
            stock: [
              { warehouse: 'BERLIN', quantity: 2 },
              { warehouse: 'HAMBURG', quantity: 1 },
            ],
          },
        ],
      },
    });
  });

  test('given some are back already, also by a refund that is under way, only the rest counts', () => {
    const restocks = [before(1), before(1, { refundId: 'r2', status: 'restocking' })];
    expect(decideOnRefund(state([berlin, hamburg], restocks), refund(2))).toMatchObject({
      state: { restocks: [...restocks, { stock: [{ warehouse: 'HAMBURG', quantity: 2 }] }] },
    });
  });

  test('given the refund says where they are, they are booked for that warehouse, wherever they left from', () => {
    expect(decideOnRefund(state([berlin, hamburg]), refund(3, { warehouse: 'KASSEL' }))).toMatchObject({
      kind: 'checkpoint',
      state: { restocks: [{ stock: [{ sku: MUG, warehouse: 'KASSEL', quantity: 3 }] }] },
    });
  });

  test('given they came back to another warehouse, that counts for all that is still out', () => {
    const moved = before(0, { stock: [{ sku: MUG, warehouse: 'HAMBURG', quantity: 3 }] });
    const back = decideOnRefund(state([berlin, hamburg], [moved]), refund(2));
    const stock = [{ warehouse: 'BERLIN', quantity: 1 }];
    expect(back).toMatchObject({ state: { restocks: [moved, { stock, beyond: lines(1) }] } });
    const there = decideOnRefund(state([berlin, hamburg], [moved]), refund(2, { warehouse: 'HAMBURG' }));
    const inHamburg = [{ warehouse: 'HAMBURG', quantity: 1 }];
    expect(there).toMatchObject({ state: { restocks: [moved, { stock: inHamburg, beyond: lines(1) }] } });
  });

  test('given a warehouse and nothing of them is out any more, nothing is put back, and that is noted', () => {
    const decision = decideOnRefund(state([berlin], [before(2)]), refund(1, { warehouse: 'KASSEL' }));
    const restock = { status: 'restocked', stock: [], beyond: lines(1) };
    expect(decision).toMatchObject({ kind: 'change', state: { restocks: [before(2), restock] }, say: [] });
  });

  test('given more than had left, that much is put back and the rest is noted', () => {
    const decision = decideOnRefund(state([berlin]), refund(5));
    expect(decision).toMatchObject({
      kind: 'checkpoint',
      state: { restocks: [{ stock: [{ sku: MUG, warehouse: 'BERLIN', quantity: 2 }], beyond: lines(3) }] },
    });
  });

  test('given the same SKU on two lines, they are summed', () => {
    const twice = { ...refund(1), lines: [...lines(1), ...lines(1)] };
    expect(decideOnRefund(state([berlin]), twice)).toMatchObject({
      state: { restocks: [{ stock: [{ quantity: 2 }] }] },
    });
  });

  test.each(['planned', 'held', 'releasing', 'released', 'replacing', 'replaced'] as const)(
    'given they never left (%s), nothing is put back, and that is noted',
    (status) => {
      const restock = { refundId: REFUND, status: 'restocked', stock: [], beyond: lines(1) };
      expect(decideOnRefund(state([parcel(status)]), refund(1))).toMatchObject({
        kind: 'change',
        state: { restocks: [restock] },
        say: [],
      });
    },
  );

  test.each(['held', 'replacing'] as const)(
    'given they may have left without our having heard of it (%s), it waits',
    (status) => {
      const lost = refund(1, { mayHaveLeft: true });
      expect(decideOnRefund(state([parcel(status)]), lost).kind).toBe('wait');
      expect(decideOnRefund(state([berlin, parcel(status, { parcelId: '2' })]), lost).kind).toBe('checkpoint');
      expect(decideOnRefund(state([parcel(status, { lines: [{ sku: 'CUP', quantity: 1 }] })]), lost).kind).toBe(
        'change',
      );
    },
  );

  test.each(['releasing', 'released', 'replaced'] as const)(
    'given they cannot have left any more (%s), it does not wait',
    (status) => {
      expect(decideOnRefund(state([parcel(status)]), refund(1, { mayHaveLeft: true })).kind).toBe('change');
    },
  );

  test('given they are just leaving, it waits', () => {
    expect(decideOnRefund(state([parcel('committing')]), refund(1)).kind).toBe('wait');
    expect(decideOnRefund(state([berlin, parcel('committing', { parcelId: '2' })]), refund(1)).kind).toBe('checkpoint');
  });

  test('given a checkpoint, it is finished as that says; given it is done, it is ignored', () => {
    const begun = before(1, { refundId: REFUND, status: 'restocking' });
    expect(decideOnRefund(state([berlin], [begun]), refund(2))).toEqual({
      kind: 'move_stock',
      move: { kind: 'restock', restock: begun },
      outcome: change(restocked(state([berlin], [begun]), begun, now), [
        InventoryRestocked.of({ refundId: REFUND, stock: [...begun.stock] }),
      ]),
    });
    expect(decideOnRefund(state([berlin], [before(1, { refundId: REFUND })]), refund(2)).kind).toBe('ignore');
  });

  test('given nothing is known of the order yet, it waits; given it was rejected, it is ignored', () => {
    expect(decideOnRefund(null, refund(1)).kind).toBe('wait');
    expect(decideOnRefund({ status: 'allocating', lines: [], plan: 1, parcels: [] }, refund(1)).kind).toBe('wait');
    const rejected: Reservation = { status: 'rejected', lines: [], plan: 0, parcels: [], shortages: [] };
    expect(decideOnRefund(rejected, refund(1)).kind).toBe('ignore');
  });

  test('once back, only its own restock is finished', () => {
    const mine = before(1, { refundId: REFUND, status: 'restocking' });
    const other = before(1, { refundId: 'r2', status: 'restocking' });
    const after = restocked(state([berlin], [mine, other]), mine, now);
    const markedUntil = new Date('2026-01-02T12:00:00Z');
    expect(after.restocks).toEqual([{ ...mine, status: 'restocked', markedUntil }, other]);
    expect(unmarked(after, mine).restocks).toEqual([{ ...mine, status: 'restocked' }, other]);
  });
});

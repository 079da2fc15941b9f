import { InventoryReleased } from '@orderflow/contracts';
import { change } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import { deadlineOf, decideOnDeadline } from './decide-deadline.ts';
import type { Held, ParcelStatus, Reservation, ReservedParcel, Restock } from './reservation.ts';

const lines = [{ sku: 'MUG-RED', quantity: 2 }];
const [soon, later] = [new Date('2026-01-01T12:15:00Z'), new Date('2026-01-01T13:00:00Z')];
const parcel = (status: ParcelStatus, over: Partial<ReservedParcel> = {}): ReservedParcel => ({
  ...{ parcelId: '1', warehouse: 'BERLIN', lines, status, plan: 0 },
  ...over,
});
const held = (...parcels: ReservedParcel[]): Held => ({ status: 'held', lines, plan: 0, parcels });
const restock = (refundId: string, markedUntil?: Date): Restock => ({
  ...{ refundId, status: 'restocked', stock: [{ sku: 'MUG-RED', warehouse: 'BERLIN', quantity: 1 }] },
  ...(markedUntil && { markedUntil }),
});
const first = parcel('held', { tryAt: soon });
const second = parcel('held', { parcelId: '2', tryAt: later });

describe('the next try', () => {
  test('is of the parcel that has waited longest', () => {
    expect(deadlineOf(held(second, first))).toEqual({ name: 'parcel 1', at: soon });
  });

  test('is another one for each of two parcels at the same time', () => {
    const together = { ...second, tryAt: soon };
    expect(deadlineOf(held(first, together))).toEqual({ name: 'parcel 1', at: soon });
    expect(deadlineOf(held(parcel('replaced', { tryAt: soon }), together))).toEqual({ name: 'parcel 2', at: soon });
  });

  test.each(['held', 'replacing', 'releasing'] as const)('is still to come while it is %s', (status) => {
    expect(deadlineOf(held(parcel(status, { tryAt: soon })))).toEqual({ name: 'parcel 1', at: soon });
  });

  test.each(['committing', 'committed', 'replaced', 'released'] as const)('is none once it is %s', (status) => {
    expect(deadlineOf(held(parcel(status, { tryAt: soon })))).toBeNull();
  });

  test('is none of a parcel that waits for the carrier, nor of an order that has ended', () => {
    expect(deadlineOf(held(parcel('held')))).toBeNull();
    expect(deadlineOf({ ...held(first), status: 'releasing', reason: 'changed my mind' })).toBeNull();
  });
});

describe('the marks of a refund', () => {
  const back = (state: Held, ...restocks: Restock[]): Reservation => ({ ...state, status: 'committed', restocks });

  test('have served at the time that is kept with it, also once the order has ended', () => {
    const state = back(held(parcel('committed')), restock('r0'), restock('r1', later), restock('r2', soon));
    expect(deadlineOf(state)).toEqual({ name: 'restock r2', at: soon });
    expect(decideOnDeadline(state)).toEqual({
      kind: 'move_stock',
      move: { kind: 'remove_marks', restock: restock('r2', soon) },
      outcome: change(back(held(parcel('committed')), restock('r0'), restock('r1', later), restock('r2'))),
    });
    expect(deadlineOf(back(held(parcel('committed')), restock('r0')))).toBeNull();
  });

  test('wait behind a parcel whose time is earlier', () => {
    const state: Held = { ...held(first), restocks: [restock('r1', later)] };
    expect(deadlineOf(state)).toEqual({ name: 'parcel 1', at: soon });
    expect(decideOnDeadline(state)).toEqual({ kind: 'reallocate', reservation: state, parcel: first });
  });
});

describe('when its time has come', () => {
  test.each([
    ['held', 'reallocate'],
    ['replacing', 'hold_replacement'],
  ] as const)('given it is %s: %s', (status, what) => {
    const one = parcel(status, { tryAt: soon });
    const state = held(second, one);
    expect(decideOnDeadline(state)).toEqual({ kind: what, reservation: state, parcel: one });
  });

  test('given its release has begun, that is finished', () => {
    const one = parcel('releasing', { tryAt: soon, reason: 'closed' });
    const published = InventoryReleased.of({ parcelId: '1', lines, reason: 'closed' });
    expect(decideOnDeadline(held(second, one))).toEqual({
      kind: 'move_stock',
      move: { kind: 'release_dead_holds', reservation: held(second, one) },
      outcome: change(held(second, { ...one, status: 'released' }), [published]),
    });
  });

  test.each<Reservation | null>([null, held(parcel('held')), { ...held(first), status: 'released' }])(
    'given no parcel waits, it is ignored',
    (state) => expect(decideOnDeadline(state).kind).toBe('ignore'),
  );
});

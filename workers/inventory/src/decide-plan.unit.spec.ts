import { InventoryRejected } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { decideFirstPlan, decideNextPlan, decideReplacement, type OrderOffer } from './decide-plan.ts';
import type { Held, ReservedParcel } from './reservation.ts';

const MUG = 'MUG-RED';
const lines = [{ sku: MUG, quantity: 2 }];
const offer = (warehouse: string, available: number, own?: { quantity: number; plan: number }): OrderOffer => ({
  sku: MUG,
  warehouse,
  available,
  ...(own && { own }),
});
const parcel = (over: Partial<ReservedParcel> = {}): ReservedParcel => ({
  parcelId: '1',
  warehouse: 'BERLIN',
  lines,
  status: 'held',
  plan: 0,
  ...over,
});

describe('the first choice for an order', () => {
  test('given nothing is held, the parcels are numbered and can be held at once', () => {
    const split = [{ sku: MUG, quantity: 3 }];
    expect(decideFirstPlan(split, [offer('BERLIN', 1), offer('HAMBURG', 2)])).toEqual({
      kind: 'hold',
      parcels: [
        parcel({ status: 'planned', lines: [{ sku: MUG, quantity: 1 }] }),
        parcel({ parcelId: '2', warehouse: 'HAMBURG', status: 'planned', lines: [{ sku: MUG, quantity: 2 }] }),
      ],
    });
  });

  test('given an earlier try held just that, its hold is reused', () => {
    const first = decideFirstPlan(lines, [offer('BERLIN', 0, { quantity: 2, plan: 0 })]);
    expect(first).toEqual({ kind: 'hold', parcels: [parcel({ status: 'planned' })] });
  });

  test.each([
    ['elsewhere', [offer('BERLIN', 5), offer('HAMBURG', 0, { quantity: 2, plan: 0 })]],
    ['another quantity', [offer('BERLIN', 5, { quantity: 1, plan: 0 })]],
  ])('given an earlier try held %s, another plan is the checkpoint before that is released', (_, offers) => {
    expect(decideFirstPlan(lines, offers)).toEqual({
      kind: 'checkpoint',
      state: { status: 'allocating', lines, plan: 1, parcels: [parcel({ status: 'planned', plan: 1 })] },
    });
  });

  test('given a shortage and nothing held, it is rejected at once', () => {
    const shortages = [{ sku: MUG, requested: 2, available: 1 }];
    expect(decideFirstPlan(lines, [offer('BERLIN', 1)])).toEqual({
      kind: 'change',
      state: { status: 'rejected', lines, plan: 0, parcels: [], shortages },
      say: [InventoryRejected.of({ shortages })],
    });
  });

  test('given a shortage and something held, the rejection is the checkpoint before that is released', () => {
    const shortages = [{ sku: MUG, requested: 2, available: 1 }];
    expect(decideFirstPlan(lines, [offer('BERLIN', 0, { quantity: 1, plan: 0 })])).toEqual({
      kind: 'checkpoint',
      state: { status: 'rejecting', lines, plan: 0, parcels: [], shortages },
    });
  });
});

describe('the next choice, when somebody was faster', () => {
  const state = { status: 'allocating', lines, plan: 1, parcels: [parcel({ status: 'planned', plan: 1 })] } as const;

  test('given another warehouse has it, it is a new plan', () => {
    const next = decideNextPlan(state, [offer('BERLIN', 0), offer('HAMBURG', 2)]);
    const parcels = [parcel({ status: 'planned', plan: 2, warehouse: 'HAMBURG' })];
    expect(next).toEqual({ ...state, plan: 2, parcels });
  });

  test('given what it holds itself is enough with the rest, that counts', () => {
    const next = decideNextPlan(state, [offer('BERLIN', 1, { quantity: 1, plan: 1 })]);
    expect(next).toMatchObject({ status: 'allocating', plan: 2, parcels: [{ warehouse: 'BERLIN', lines }] });
  });

  test('given nobody has it, it is a rejection', () => {
    expect(decideNextPlan(state, [offer('BERLIN', 1)])).toMatchObject({
      status: 'rejecting',
      parcels: [],
      shortages: [{ sku: MUG, requested: 2, available: 1 }],
    });
  });
});

const NOW = new Date('2026-01-01T12:00:00Z');
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);
const held = (...parcels: ReservedParcel[]): Held => ({ status: 'held', lines, plan: 0, parcels });
/** Tried again after a quarter of an hour, given up after a day. */
const failure = { reason: 'no pick-up there', now: NOW, retryMs: 900_000, giveUpMs: 86_400_000 };
const first = parcel();
const after = (state: Held, offers: OrderOffer[]) => decideReplacement(state, first, offers, failure);
const waits = { status: 'held', tryAt: minutes(15) };

describe('instead of a parcel that its warehouse cannot send', () => {
  test('given another warehouse has it, that one is planned under a new number', () => {
    expect(after(held(first), [offer('BERLIN', 9), offer('HAMBURG', 2)])).toEqual({
      ...held(),
      plan: 1,
      parcels: [
        { ...first, status: 'replacing', reason: 'no pick-up there' },
        parcel({
          ...{ parcelId: '2', warehouse: 'HAMBURG', status: 'planned', plan: 1, replaces: '1', failedSince: NOW },
        }),
      ],
    });
  });

  test('given only the failed warehouse has it, it waits there', () => {
    expect(after(held(first), [offer('BERLIN', 9), offer('HAMBURG', 1)])).toEqual(
      held({ ...first, reason: 'no pick-up there', failedSince: NOW, tryAt: minutes(15) }),
    );
  });

  test('given the other warehouse could not send it before, it waits instead of going to and fro', () => {
    const before = parcel({ parcelId: '0', warehouse: 'HAMBURG', status: 'replaced' });
    expect(after(held(before, first), [offer('HAMBURG', 9)]).parcels[1]).toMatchObject(waits);
  });

  test('given the other warehouse holds the same SKU for another parcel, it is passed over', () => {
    const second = parcel({ parcelId: '2', warehouse: 'HAMBURG' });
    const offers = [offer('HAMBURG', 9, { quantity: 2, plan: 0 }), offer('KASSEL', 2)];
    expect(after(held(first, second), offers).parcels.at(-1)).toMatchObject({ parcelId: '3', warehouse: 'KASSEL' });
    expect(after(held(first, second), offers.slice(0, 1)).parcels[0]).toMatchObject(waits);
  });

  test('given that parcel has left, its warehouse counts again', () => {
    const second = parcel({ parcelId: '2', warehouse: 'HAMBURG', status: 'committed' });
    expect(after(held(first, second), [offer('HAMBURG', 2)]).parcels.at(-1)).toMatchObject({ warehouse: 'HAMBURG' });
  });

  test('given an earlier choice for it was overtaken, that one is dropped and its holds count', () => {
    const replacing = parcel({ status: 'replacing' });
    const planned = parcel({ parcelId: '2', warehouse: 'HAMBURG', status: 'planned', plan: 1, replaces: '1' });
    const state = { ...held(replacing, planned), plan: 1 };
    const offers = [offer('HAMBURG', 0, { quantity: 1, plan: 1 }), offer('KASSEL', 1)];
    const next = after(state, offers);
    expect(next.plan).toBe(2);
    expect(next.parcels.map(({ parcelId, warehouse, plan }) => [parcelId, warehouse, plan])).toEqual([
      ['1', 'BERLIN', 0],
      ['2', 'HAMBURG', 2],
      ['3', 'KASSEL', 2],
    ]);
  });

  test('given an earlier choice for it was overtaken and there is no other, it waits', () => {
    const replacing = parcel({ status: 'replacing' });
    const planned = parcel({ parcelId: '2', warehouse: 'HAMBURG', status: 'planned', plan: 1, replaces: '1' });
    const next = after({ ...held(replacing, planned), plan: 1 }, [offer('HAMBURG', 1)]);
    expect(next.parcels).toMatchObject([waits]);
  });
});

describe('a parcel that no warehouse can send', () => {
  const again = (state: Held, one: ReservedParcel, offers: OrderOffer[], now: Date) =>
    decideReplacement(state, one, offers, { ...failure, now });

  test('given it has waited and another warehouse has its goods, that one is planned, also where it failed before', () => {
    const before = parcel({ parcelId: '0', warehouse: 'HAMBURG', status: 'replaced' });
    const waiting = parcel({ failedSince: NOW, tryAt: minutes(15) });
    const { parcels } = again(held(before, waiting), waiting, [offer('HAMBURG', 2)], minutes(15));
    expect(parcels[1]).toMatchObject({ status: 'replacing' });
    expect(parcels[2]).toMatchObject({ parcelId: '2', warehouse: 'HAMBURG', failedSince: NOW, round: 1 });
  });

  test('given it has waited and there is still no other, it is planned anew where it is', () => {
    const waiting = parcel({ failedSince: NOW, tryAt: minutes(15) });
    const state = again(held(waiting), waiting, [offer('BERLIN', 0, { quantity: 2, plan: 0 })], minutes(15));
    expect(state.plan).toBe(1);
    expect(state.parcels).toMatchObject([
      { status: 'replacing', tryAt: minutes(15) },
      { parcelId: '2', warehouse: 'BERLIN', lines, status: 'planned', plan: 1, replaces: '1', failedSince: NOW },
    ]);
  });

  test.each([
    ['is tried after the shortest pause', 5, 20],
    ['is tried after as long as it has waited', 60, 120],
    ['is tried a last time when it is to be given up', 23 * 60, 24 * 60],
  ])('given it has failed again, it %s', (_, failedAfter, triedAfter) => {
    const one = parcel({ failedSince: NOW, round: 1 });
    const { parcels } = again(held(one), one, [], minutes(failedAfter));
    expect(parcels[0]).toMatchObject({ status: 'held', failedSince: NOW, tryAt: minutes(triedAfter) });
  });

  test('given it has failed for as long as is waited, it is given up', () => {
    const one = parcel({ failedSince: NOW, round: 8 });
    expect(again(held(one), one, [], minutes(24 * 60)).parcels[0]).toMatchObject({ status: 'releasing' });
  });
});

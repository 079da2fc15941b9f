import { describe, expect, test } from 'vitest';
import { decideFirstPlan, decideNextPlan, decideReplacement, type Look } from './decide-plan.ts';
import type { Held, ReservedParcel } from './reservation.ts';

const MUG = 'MUG-RED';
const lines = [{ sku: MUG, quantity: 2 }];
const look = (warehouse: string, available: number, own?: { quantity: number; plan: number }): Look => ({
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
    expect(decideFirstPlan(split, [look('BERLIN', 1), look('HAMBURG', 2)])).toEqual({
      do: 'hold',
      parcels: [
        parcel({ status: 'planned', lines: [{ sku: MUG, quantity: 1 }] }),
        parcel({ parcelId: '2', warehouse: 'HAMBURG', status: 'planned', lines: [{ sku: MUG, quantity: 2 }] }),
      ],
    });
  });

  test('given an earlier try held just that, its hold is reused', () => {
    const first = decideFirstPlan(lines, [look('BERLIN', 0, { quantity: 2, plan: 0 })]);
    expect(first).toEqual({ do: 'hold', parcels: [parcel({ status: 'planned' })] });
  });

  test.each([
    ['elsewhere', [look('BERLIN', 5), look('HAMBURG', 0, { quantity: 2, plan: 0 })]],
    ['another quantity', [look('BERLIN', 5, { quantity: 1, plan: 0 })]],
  ])('given an earlier try held %s, another plan is claimed before that is given back', (_, looks) => {
    expect(decideFirstPlan(lines, looks)).toEqual({
      do: 'claim',
      reservation: { status: 'allocating', lines, plan: 1, parcels: [parcel({ status: 'planned', plan: 1 })] },
    });
  });

  test('given a shortage and nothing held, it is rejected at once', () => {
    const shortages = [{ sku: MUG, requested: 2, available: 1 }];
    expect(decideFirstPlan(lines, [look('BERLIN', 1)])).toEqual({
      do: 'reject',
      reservation: { status: 'rejected', lines, plan: 0, parcels: [], shortages },
    });
  });

  test('given a shortage and something held, the rejection is claimed before that is given back', () => {
    const shortages = [{ sku: MUG, requested: 2, available: 1 }];
    expect(decideFirstPlan(lines, [look('BERLIN', 0, { quantity: 1, plan: 0 })])).toEqual({
      do: 'claim',
      reservation: { status: 'rejecting', lines, plan: 0, parcels: [], shortages },
    });
  });
});

describe('the next choice, when somebody was faster', () => {
  const state = { status: 'allocating', lines, plan: 1, parcels: [parcel({ status: 'planned', plan: 1 })] } as const;

  test('given another warehouse has it, it is a new plan', () => {
    const next = decideNextPlan(state, [look('BERLIN', 0), look('HAMBURG', 2)]);
    const parcels = [parcel({ status: 'planned', plan: 2, warehouse: 'HAMBURG' })];
    expect(next).toEqual({ ...state, plan: 2, parcels });
  });

  test('given what it holds itself is enough with the rest, that counts', () => {
    const next = decideNextPlan(state, [look('BERLIN', 1, { quantity: 1, plan: 1 })]);
    expect(next).toMatchObject({ status: 'allocating', plan: 2, parcels: [{ warehouse: 'BERLIN', lines }] });
  });

  test('given nobody has it, it is a rejection', () => {
    expect(decideNextPlan(state, [look('BERLIN', 1)])).toMatchObject({
      status: 'rejecting',
      parcels: [],
      shortages: [{ sku: MUG, requested: 2, available: 1 }],
    });
  });
});

describe('instead of a parcel that its warehouse cannot send', () => {
  const held = (...parcels: ReservedParcel[]): Held => ({ status: 'held', lines, plan: 0, parcels });
  const first = parcel();
  const after = (state: Held, looks: Look[]) => decideReplacement(state, first, looks, 'no pick-up there');

  test('given another warehouse has it, that one is planned under a new number', () => {
    expect(after(held(first), [look('BERLIN', 9), look('HAMBURG', 2)])).toEqual({
      ...held(),
      plan: 1,
      parcels: [
        { ...first, status: 'replacing', reason: 'no pick-up there' },
        parcel({ parcelId: '2', warehouse: 'HAMBURG', status: 'planned', plan: 1, replaces: '1' }),
      ],
    });
  });

  test('given only the failed warehouse has it, it is released', () => {
    expect(after(held(first), [look('BERLIN', 9), look('HAMBURG', 1)])).toEqual(
      held({ ...first, status: 'releasing', reason: 'no pick-up there' }),
    );
  });

  test('given the other warehouse could not send it before, it is released instead of going to and fro', () => {
    const before = parcel({ parcelId: '0', warehouse: 'HAMBURG', status: 'replaced' });
    expect(after(held(before, first), [look('HAMBURG', 9)]).parcels[1]).toMatchObject({ status: 'releasing' });
  });

  test('given the other warehouse holds the same SKU for another parcel, it is passed over', () => {
    const second = parcel({ parcelId: '2', warehouse: 'HAMBURG' });
    const looks = [look('HAMBURG', 9, { quantity: 2, plan: 0 }), look('KASSEL', 2)];
    expect(after(held(first, second), looks).parcels.at(-1)).toMatchObject({ parcelId: '3', warehouse: 'KASSEL' });
    expect(after(held(first, second), looks.slice(0, 1)).parcels[0]).toMatchObject({ status: 'releasing' });
  });

  test('given that parcel has left, its warehouse counts again', () => {
    const second = parcel({ parcelId: '2', warehouse: 'HAMBURG', status: 'committed' });
    expect(after(held(first, second), [look('HAMBURG', 2)]).parcels.at(-1)).toMatchObject({ warehouse: 'HAMBURG' });
  });

  test('given an earlier choice for it was overtaken, that one is dropped and its holds count', () => {
    const replacing = parcel({ status: 'replacing' });
    const planned = parcel({ parcelId: '2', warehouse: 'HAMBURG', status: 'planned', plan: 1, replaces: '1' });
    const state = { ...held(replacing, planned), plan: 1 };
    const looks = [look('HAMBURG', 0, { quantity: 1, plan: 1 }), look('KASSEL', 1)];
    const next = after(state, looks);
    expect(next.plan).toBe(2);
    expect(next.parcels.map(({ parcelId, warehouse, plan }) => [parcelId, warehouse, plan])).toEqual([
      ['1', 'BERLIN', 0],
      ['2', 'HAMBURG', 2],
      ['3', 'KASSEL', 2],
    ]);
  });
});

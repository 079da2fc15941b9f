import type { QuantityLine } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { decideAllocation, type Offer } from './decide-allocation.ts';

/** `{ MUG: { BERLIN: 2 } }` as offers. */
const offers = (stock: Record<string, Record<string, number>>): Offer[] =>
  Object.entries(stock).flatMap(([sku, at]) =>
    Object.entries(at).map(([warehouse, available]) => ({ sku, warehouse, available })),
  );
const want = (lines: Record<string, number>): QuantityLine[] =>
  Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity }));
/** `{ BERLIN: { MUG: 2 } }`, or the shortages. */
function chosen(lines: Record<string, number>, stock: Record<string, Record<string, number>>) {
  const allocation = decideAllocation(want(lines), offers(stock));
  if ('shortages' in allocation) return allocation.shortages;
  return Object.fromEntries(
    allocation.shares.map((share) => [
      share.warehouse,
      Object.fromEntries(share.lines.map(({ sku, quantity }) => [sku, quantity])),
    ]),
  );
}

describe('the fewest parcels', () => {
  test('given one warehouse has everything, it sends everything', () => {
    const stock = { MUG: { BERLIN: 5, HAMBURG: 5 }, CUP: { HAMBURG: 1 } };
    expect(chosen({ MUG: 2, CUP: 1 }, stock)).toEqual({ HAMBURG: { MUG: 2, CUP: 1 } });
  });

  test('given no warehouse has everything, two send it', () => {
    const stock = { MUG: { BERLIN: 5 }, CUP: { HAMBURG: 1 } };
    expect(chosen({ MUG: 2, CUP: 1 }, stock)).toEqual({ BERLIN: { MUG: 2 }, HAMBURG: { CUP: 1 } });
  });

  test('given two of three warehouses have everything, the third sends nothing', () => {
    const stock = { A: { BERLIN: 1, KASSEL: 1 }, B: { HAMBURG: 1, KASSEL: 1 }, C: { HAMBURG: 1 } };
    expect(chosen({ A: 1, B: 1, C: 1 }, stock)).toEqual({ BERLIN: { A: 1 }, HAMBURG: { B: 1, C: 1 } });
  });

  test('given three are needed, three send', () => {
    const stock = { A: { BERLIN: 1 }, B: { HAMBURG: 1 }, C: { KASSEL: 1 } };
    expect(Object.keys(chosen({ A: 1, B: 1, C: 1 }, stock))).toEqual(['BERLIN', 'HAMBURG', 'KASSEL']);
  });

  test('given everything elsewhere is empty, empty warehouses are not looked at', () => {
    const empty = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`W${i}`, 0]));
    expect(chosen({ MUG: 1 }, { MUG: { ...empty, BERLIN: 1 } })).toEqual({ BERLIN: { MUG: 1 } });
  });
});

describe('many warehouses', () => {
  /** 30 of them, each with a little of three SKUs, and one that has more of two. */
  const names = Array.from({ length: 30 }, (_, i) => `W${String(i).padStart(2, '0')}`);
  const few = (n: number) => Object.fromEntries(names.map((name, i) => [name, (i + n) % 3]));
  const stock = { A: { ...few(0), W17: 9 }, B: { ...few(1), W17: 9 }, C: few(2) };

  test('given one has everything, it sends everything', () => {
    expect(chosen({ A: 9, B: 8 }, stock)).toEqual({ W17: { A: 9, B: 8 } });
  });

  test('given none has everything, the fullest send it', () => {
    expect(chosen({ A: 10, B: 9 }, stock)).toEqual({ W01: { A: 1 }, W17: { A: 9, B: 9 } });
  });

  test('however much is asked for, all of it is sent, no warehouse sends more than it has, and it does not take long', () => {
    const total = (at: Record<string, number>) => Object.values(at).reduce((sum, quantity) => sum + quantity, 0);
    for (let part = 1; part <= 10; part++) {
      const [A, B, C] = [stock.A, stock.B, stock.C].map((at) => Math.ceil((total(at) * part) / 10)) as [
        number,
        number,
        number,
      ];
      const sent = Object.entries(chosen({ A, B, C }, stock) as Record<string, Record<string, number>>);
      for (const [sku, asked] of Object.entries({ A, B, C })) {
        expect(total(Object.fromEntries(sent.map(([at, lines]) => [at, lines[sku] ?? 0])))).toBe(asked);
        for (const [at, lines] of sent) {
          expect(lines[sku] ?? 0).toBeLessThanOrEqual(
            (stock as Record<string, Record<string, number>>)[sku]?.[at] ?? 0,
          );
        }
      }
    }
  });
});

describe('splitting a line', () => {
  test('given no warehouse has all of it, it is split, from the fullest down', () => {
    expect(chosen({ MUG: 5 }, { MUG: { BERLIN: 2, HAMBURG: 4 } })).toEqual({ BERLIN: { MUG: 1 }, HAMBURG: { MUG: 4 } });
  });

  test('given as few parcels can be had without, nothing is split', () => {
    const stock = { MUG: { BERLIN: 2, HAMBURG: 2, KASSEL: 4 }, CUP: { BERLIN: 1 } };
    expect(chosen({ MUG: 4, CUP: 1 }, stock)).toEqual({ BERLIN: { CUP: 1 }, KASSEL: { MUG: 4 } });
  });

  test('given splitting saves a parcel, it is split', () => {
    const stock = { MUG: { BERLIN: 2, HAMBURG: 2, KASSEL: 4 }, CUP: { BERLIN: 1 }, POT: { HAMBURG: 1 } };
    expect(chosen({ MUG: 4, CUP: 1, POT: 1 }, stock)).toEqual({
      BERLIN: { MUG: 2, CUP: 1 },
      HAMBURG: { MUG: 2, POT: 1 },
    });
  });

  test('given a line is split in any case, the others are not', () => {
    const stock = { MUG: { BERLIN: 1, HAMBURG: 1 }, CUP: { BERLIN: 3, HAMBURG: 9 } };
    expect(chosen({ MUG: 2, CUP: 3 }, stock)).toEqual({ BERLIN: { MUG: 1, CUP: 3 }, HAMBURG: { MUG: 1 } });
  });
});

describe('shortages', () => {
  test('given less than asked for over all warehouses, every short SKU is named with its total', () => {
    const stock = { MUG: { BERLIN: 1, HAMBURG: 1 }, CUP: { BERLIN: 9 } };
    expect(chosen({ MUG: 3, CUP: 1, POT: 2 }, stock)).toEqual([
      { sku: 'MUG', requested: 3, available: 2 },
      { sku: 'POT', requested: 2, available: 0 },
    ]);
  });

  test('given exactly as much as asked for, nothing is short', () => {
    expect(chosen({ MUG: 3 }, { MUG: { BERLIN: 1, HAMBURG: 2 } })).toEqual({ BERLIN: { MUG: 1 }, HAMBURG: { MUG: 2 } });
  });
});

describe('always', () => {
  const levels = [0, 1, 2];
  const everyStock = levels.flatMap((a) =>
    levels.flatMap((b) =>
      levels.flatMap((c) => levels.map((d) => ({ MUG: { X: a, Y: b, Z: 1 }, CUP: { X: c, Y: d } }))),
    ),
  );
  const everyOrder = [1, 2, 3].flatMap((mug) => [1, 2, 3].map((cup) => ({ MUG: mug, CUP: cup })));

  test('the same question gets the same answer, in whatever order the offers come', () => {
    for (const stock of everyStock) {
      for (const order of everyOrder) {
        const there = decideAllocation(want(order), offers(stock));
        expect(decideAllocation(want(order), offers(stock).toReversed())).toEqual(there);
      }
    }
  });

  test('all that was asked for is sent, no warehouse sends more than it has, and no fewer warehouses could', () => {
    let served = 0;
    for (const stock of everyStock) {
      for (const order of everyOrder) {
        const allocation = decideAllocation(want(order), offers(stock));
        if ('shortages' in allocation) continue;
        served += 1;
        const { shares } = allocation;
        for (const sku of ['MUG', 'CUP'] as const) {
          const at: Record<string, number> = stock[sku];
          const sent = shares.flatMap(({ warehouse, lines }) =>
            lines.filter((line) => line.sku === sku).map(({ quantity }) => ({ warehouse, quantity })),
          );
          expect(sent.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(order[sku]);
          for (const { warehouse, quantity } of sent) expect(quantity).toBeLessThanOrEqual(at[warehouse] ?? 0);
        }
        for (const { warehouse } of shares) expect(enough(order, stock, without(shares, warehouse))).toBe(false);
        if (shares.length === 2) {
          for (const one of ['X', 'Y', 'Z']) expect(enough(order, stock, [one])).toBe(false);
        }
      }
    }
    expect(served).toBeGreaterThan(200);
  });

  const without = (shares: readonly { warehouse: string }[], name: string) =>
    shares.map(({ warehouse }) => warehouse).filter((one) => one !== name);
  const enough = (
    order: Record<string, number>,
    stock: Record<string, Record<string, number>>,
    among: readonly string[],
  ) =>
    Object.entries(order).every(
      ([sku, quantity]) => among.reduce((sum, one) => sum + (stock[sku]?.[one] ?? 0), 0) >= quantity,
    );
});

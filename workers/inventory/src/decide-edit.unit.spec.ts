import { describe, expect, test } from 'vitest';
import { decideOnEdited, unheardEdit } from './decide-edit.ts';
import type { Held, Reservation } from './reservation.ts';

const EDIT = '01a204cb-b25e-7e7a-9b23-8211823ed0ed';
const MUGS = [{ sku: 'MUG', quantity: 2 }];
const POT = [{ sku: 'POT', quantity: 1 }];
const held: Held = {
  status: 'held',
  lines: [...MUGS, ...POT],
  plan: 0,
  parcels: [{ parcelId: '1', warehouse: 'BERLIN', lines: [...MUGS, ...POT], status: 'held', plan: 0 }],
};
const taken = (lines = POT) => [{ parcelId: '1', warehouse: 'BERLIN', lines }];
const parcelIs = (status: Held['parcels'][number]['status']): Held => ({
  ...held,
  parcels: held.parcels.map((parcel) => ({ ...parcel, status })),
});
const decide = (state: Reservation | null, lines = POT) => decideOnEdited(state, { editId: EDIT, taken: taken(lines) });

describe('what was taken out', () => {
  test('leaves the parcel first, and then the stock: available again, and said once', () => {
    const first = decide(held);
    expect(first).toMatchObject({
      kind: 'checkpoint',
      state: {
        parcels: [{ status: 'shrinking', lines: MUGS }],
        edits: [{ editId: EDIT, status: 'shrinking', lines: POT }],
      },
    });
    const state = (first as { state: Reservation }).state;
    const second = decide(state);
    expect(second).toMatchObject({
      kind: 'move_stock',
      move: { kind: 'shrink', parcels: [{ parcelId: '1', lines: MUGS }] },
      outcome: {
        state: { status: 'held', parcels: [{ status: 'held', lines: MUGS }], edits: [{ status: 'done' }] },
        say: [{ type: 'inventory.released', data: { editId: EDIT, lines: POT } }],
      },
    });
    const done = (second as { outcome: { state: Reservation } }).outcome.state;
    expect(decide(done)).toMatchObject({ kind: 'ignore' });
  });

  test('may be all of a parcel, which is emptied', () => {
    const first = decide(held, [...MUGS, ...POT]);
    expect(first).toMatchObject({ state: { parcels: [{ status: 'emptied', lines: [...MUGS, ...POT] }] } });
    expect(decide((first as { state: Reservation }).state, [...MUGS, ...POT])).toMatchObject({
      outcome: { state: { status: 'released' } },
    });
  });

  test.each([
    ['nothing is held yet', null, 'wait'],
    ['the order has ended', { ...held, status: 'released' as const }, 'ignore'],
    ['its parcel is being moved', parcelIs('replacing'), 'wait'],
    ['its parcel has left', parcelIs('committed'), 'flag'],
    ['its parcel was released while another left', { ...parcelIs('released'), status: 'committed' as const }, 'ignore'],
  ] as const)('given %s', (_, state, kind) => {
    expect(decide(state)).toMatchObject({ kind });
  });
});

test('a parcel that leaves, or fails, with less than is held waits for its edit', () => {
  expect(unheardEdit(held, { parcelId: '1', lines: MUGS })).toMatchObject({ kind: 'wait' });
  expect(unheardEdit(held, { parcelId: '1', lines: [...MUGS, ...POT] })).toBeUndefined();
  expect(unheardEdit(parcelIs('committed'), { parcelId: '1', lines: MUGS })).toBeUndefined();
});

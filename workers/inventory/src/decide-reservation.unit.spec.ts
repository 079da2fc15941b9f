import { InventoryCommitted, InventoryRejected, InventoryReleased } from '@orderflow/contracts';
import { change, checkpoint, ignore } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import {
  decideOnActionRequired,
  decideOnDispatched,
  decideOnEnded,
  decideOnFailed,
  decideOnPlaced,
} from './decide-reservation.ts';
import {
  deadHolds,
  type ParcelStatus,
  type Reservation,
  type ReservedParcel,
  type Status,
  settled,
} from './reservation.ts';

const lines = [{ sku: 'MUG-RED', quantity: 2 }];
const shortages = [{ sku: 'MUG-RED', requested: 2, available: 1 }];
const holdUntil = new Date('2026-01-01T12:15:00Z');
const reason = 'changed my mind';
const parcel = (status: ParcelStatus, over: Partial<ReservedParcel> = {}): ReservedParcel => ({
  parcelId: '1',
  warehouse: 'BERLIN',
  lines,
  status,
  plan: 0,
  ...over,
});
const hold = { sku: 'MUG-RED', warehouse: 'BERLIN', quantity: 2, plan: 0 };
const base = { lines, plan: 0, holdUntil };

const every: { readonly [S in Status]: Extract<Reservation, { status: S }> } = {
  allocating: { status: 'allocating', lines, plan: 1, parcels: [parcel('planned', { plan: 1 })] },
  rejecting: { status: 'rejecting', lines, plan: 0, parcels: [], shortages },
  rejected: { status: 'rejected', lines, plan: 0, parcels: [], shortages },
  held: { ...base, status: 'held', parcels: [parcel('held')] },
  releasing: { ...base, status: 'releasing', parcels: [parcel('releasing')], reason },
  released: { ...base, status: 'released', parcels: [parcel('released')], reason },
  committed: { ...base, status: 'committed', parcels: [parcel('committed')] },
};
const statuses = Object.keys(every) as Status[];
const unfinishedTombstone: Reservation = { status: 'releasing', lines: [], plan: 0, parcels: [], reason };
const tombstone: Reservation = { ...unfinishedTombstone, status: 'released' };
const held = (...parcels: ReservedParcel[]): Extract<Reservation, { status: 'held' }> => ({ ...every.held, parcels });
const PARCEL_STATUSES: readonly ParcelStatus[] = [
  'planned',
  'held',
  'committing',
  'committed',
  'releasing',
  'released',
  'replacing',
  'replaced',
];

describe('when an order is placed', () => {
  const on = (state: Reservation | null, triedBefore = false) => decideOnPlaced(state, { lines, triedBefore });
  const release = (reservation: Reservation) => ({ kind: 'release_dead_holds', reservation, skus: ['MUG-RED'] });

  test('given nothing is known of it, parcels are chosen', () => {
    expect(on(null)).toEqual({ kind: 'choose_parcels' });
  });

  test('given parcels were chosen, those are held', () => {
    expect(on(every.allocating)).toEqual({ kind: 'hold_parcels', reservation: every.allocating });
  });

  test('given a shortage was found, it is rejected with those shortages', () => {
    const outcome = change(every.rejected, [InventoryRejected.of({ shortages })]);
    expect(on(every.rejecting)).toEqual({ kind: 'move_stock', move: release(every.rejecting), outcome });
  });

  test.each([unfinishedTombstone, tombstone])('given it ended before ($status), what was held is released', (state) => {
    const outcome = change({ ...state, status: 'released', lines });
    expect(on(state)).toEqual({ kind: 'move_stock', move: release(state), outcome });
  });

  test.each(['held', 'rejected', 'releasing', 'released', 'committed'] as const)(
    'given it is %s, it is ignored, and what another try left is released',
    (status) => {
      expect(on(every[status]).kind).toBe('ignore');
      const ignored = ignore(`the reservation is ${status} already`);
      expect(on(every[status], true)).toEqual({ kind: 'move_stock', move: release(every[status]), outcome: ignored });
    },
  );
});

describe('when an order ends without shipping', () => {
  const ignored = (reservation: Reservation) => ({
    kind: 'move_stock',
    move: { kind: 'release_dead_holds', reservation },
    outcome: { kind: 'ignore' },
  });

  test('given it was not placed here yet, a tombstone is written before anything is looked for', () => {
    expect(decideOnEnded(null, reason)).toEqual(checkpoint(unfinishedTombstone));
  });

  test('given its parcels are still being chosen, the release is the checkpoint and no parcel is left', () => {
    expect(decideOnEnded(every.allocating, reason)).toEqual(
      checkpoint({ ...every.allocating, status: 'releasing', parcels: [], reason }),
    );
  });

  test('given its stock is held, the release is the checkpoint, with its reason', () => {
    expect(decideOnEnded(every.held, reason)).toEqual(checkpoint(every.releasing));
  });

  test.each(PARCEL_STATUSES)('given one parcel is held and another %s, only what has not left goes back', (status) => {
    const other = parcel(status, { parcelId: '2' });
    const decision = decideOnEnded(held(parcel('held'), other), reason);
    const becomes: Partial<Record<ParcelStatus, ParcelStatus>> = { held: 'releasing', replacing: 'releasing' };
    const rest = status === 'planned' ? [] : [{ ...other, status: becomes[status] ?? status }];
    expect(decision).toMatchObject({ kind: 'checkpoint', state: { parcels: [parcel('releasing'), ...rest] } });
  });

  test('given a parcel is on record to have left, its goods wait for the dispatch, and only the others go back', () => {
    const gone = parcel('held', { parcelId: '2' });
    const decision = decideOnEnded(held(parcel('held'), gone), reason, ['2']);
    expect(decision).toMatchObject({ kind: 'checkpoint', state: { parcels: [parcel('releasing'), gone] } });
    expect(decideOnEnded(held(gone), reason, ['2'])).toMatchObject(ignored(held(gone)));
  });

  test('given all of it is leaving or has ended, it is ignored', () => {
    const state = held(parcel('committing'), parcel('released', { parcelId: '2' }));
    expect(decideOnEnded(state, reason)).toMatchObject(ignored(state));
  });

  test('given a release has begun, it is finished with the reason it began with', () => {
    expect(decideOnEnded(every.releasing, 'another reason')).toEqual({
      kind: 'move_stock',
      move: { kind: 'release_dead_holds', reservation: every.releasing },
      outcome: change(every.released, [InventoryReleased.of({ lines, reason })]),
    });
  });

  test.each(['rejecting', 'rejected', 'released', 'committed'] as const)('given it is %s, it is ignored', (status) => {
    expect(decideOnEnded(every[status], reason)).toMatchObject(ignored(every[status]));
  });
});

describe('when a parcel is dispatched', () => {
  test.each([null, every.allocating])('given nothing is held yet, it waits', (state) => {
    expect(decideOnDispatched(state, '1').kind).toBe('wait');
  });

  test('given it is held, its commit is the checkpoint, and no other parcel is touched', () => {
    const other = parcel('held', { parcelId: '2' });
    expect(decideOnDispatched(held(parcel('held'), other), '1')).toEqual(checkpoint(held(parcel('committing'), other)));
  });

  test('given its commit has begun, it is finished', () => {
    const state = held(parcel('committing'));
    expect(decideOnDispatched(state, '1')).toEqual({
      kind: 'move_stock',
      move: { kind: 'take_out', holds: [hold] },
      outcome: change({ ...every.committed, parcels: [parcel('committed')] }, [
        InventoryCommitted.of({ parcelId: '1', warehouse: 'BERLIN', lines }),
      ]),
    });
  });

  test('given its commit had begun before the order ended, it is finished all the same', () => {
    const parcels = [parcel('committing'), parcel('releasing', { parcelId: '2' })];
    const state: Reservation = { ...every.releasing, parcels };
    const after = [parcel('committed'), parcels[1]];
    expect(decideOnDispatched(state, '1')).toMatchObject({
      kind: 'move_stock',
      outcome: { kind: 'change', state: { ...state, parcels: after } },
    });
  });

  test('given it is committed, it is ignored', () => {
    expect(decideOnDispatched(every.committed, '1').kind).toBe('ignore');
    expect(decideOnDispatched(held(parcel('committed'), parcel('held', { parcelId: '2' })), '1').kind).toBe('ignore');
  });

  test.each(['planned', 'releasing', 'released', 'replacing', 'replaced'] as const)(
    'given its stock is %s, it is flagged',
    (status) => {
      const decision = decideOnDispatched(held(parcel(status), parcel('held', { parcelId: '2' })), '1');
      expect(decision).toMatchObject({ kind: 'flag', reason: expect.stringContaining(status) });
    },
  );

  test.each([every.rejecting, every.rejected, every.releasing, every.released, unfinishedTombstone, tombstone])(
    'given the order is $status, it is flagged',
    (state) => {
      const decision = decideOnDispatched(state, '1');
      expect(decision).toMatchObject({ kind: 'flag', reason: expect.stringContaining(state.status) });
    },
  );

  test('given nobody reserved such a parcel, it is flagged', () => {
    expect(decideOnDispatched(every.held, '7')).toMatchObject({ kind: 'flag' });
  });
});

describe('when a parcel fails before it left', () => {
  const failed = (elsewhere: boolean, triedBefore = false) => ({
    ...{ parcelId: '1', elsewhere, reason: 'no pick-up there', triedBefore },
  });
  const on = (state: Reservation | null, elsewhere = true) => decideOnFailed(state, failed(elsewhere));

  test.each([null, every.allocating])('given nothing is held yet, it waits', (state) => {
    expect(on(state).kind).toBe('wait');
  });

  test('given another warehouse may send it, that is looked for', () => {
    expect(on(every.held)).toEqual({ kind: 'reallocate', reservation: every.held, parcel: parcel('held') });
  });

  test('given none may, its release is the checkpoint', () => {
    const begun = parcel('releasing', { reason: 'no pick-up there' });
    expect(on(every.held, false)).toEqual(checkpoint(held(begun)));
  });

  test('given it waits to be tried again, it is ignored, unless it never will be', () => {
    const state = held(parcel('held', { tryAt: new Date('2026-01-01T12:15:00Z') }));
    expect(on(state).kind).toBe('ignore');
    expect(on(state, false)).toMatchObject({ kind: 'checkpoint', state: { parcels: [{ status: 'releasing' }] } });
  });

  test('given others were chosen in its stead, those are held', () => {
    const state = held(parcel('replacing'), parcel('planned', { parcelId: '2', plan: 1, replaces: '1' }));
    const decision = { kind: 'hold_replacement', reservation: state, parcel: parcel('replacing') };
    expect(on(state)).toEqual(decision);
    expect(on(state, false)).toEqual(decision);
  });

  test('given its release has begun, it is finished', () => {
    const state = held(parcel('releasing'));
    const published = InventoryReleased.of({ parcelId: '1', lines, reason: 'no pick-up there' });
    expect(on(state)).toEqual({
      kind: 'move_stock',
      move: { kind: 'release_dead_holds', reservation: state },
      outcome: change({ ...every.held, status: 'released', parcels: [parcel('released')] }, [published]),
    });
  });

  test.each(['released', 'replaced'] as const)('given it is %s, it is ignored', (status) => {
    expect(on(held(parcel(status), parcel('held', { parcelId: '2' }))).kind).toBe('ignore');
  });

  test.each(['committing', 'committed'] as const)('given it is %s, it is flagged: it cannot have stayed', (status) => {
    const parcels = [parcel(status), parcel('releasing', { parcelId: '2' })];
    expect(on(held(...parcels)).kind).toBe('flag');
    expect(on({ ...every.releasing, parcels }).kind).toBe('flag');
  });

  test.each([every.releasing, every.released, unfinishedTombstone, tombstone, every.rejected, every.rejecting])(
    'given the order is $status, it is ignored: the end of the order releases everything',
    (state) => {
      expect(on(state).kind).toBe('ignore');
      const move = { kind: 'release_dead_holds', reservation: state };
      expect(decideOnFailed(state, failed(true, true))).toMatchObject({ move, outcome: { kind: 'ignore' } });
    },
  );

  test('given nobody was told of such a parcel, it is flagged', () => {
    expect(decideOnFailed(every.held, { ...failed(true), parcelId: '7' }).kind).toBe('flag');
    expect(on(held(parcel('planned'), parcel('held', { parcelId: '2' }))).kind).toBe('flag');
  });
});

describe('when the bank asks the customer', () => {
  const later = new Date('2026-01-01T12:30:00Z');

  test.each([null, every.allocating])('given nothing is held yet, it waits', (state) => {
    expect(decideOnActionRequired(state, later).kind).toBe('wait');
  });

  test('given the stock is held, it is held until the deadline', () => {
    const reservation: Reservation = { ...every.held, holdUntil: later, extended: true };
    expect(decideOnActionRequired(every.held, later)).toEqual(change(reservation));
  });

  test('given it was extended before, or lasts that long anyway, it is ignored', () => {
    expect(decideOnActionRequired({ ...every.held, extended: true }, later).kind).toBe('ignore');
    expect(decideOnActionRequired(every.held, holdUntil).kind).toBe('ignore');
  });

  test.each(['rejecting', 'rejected', 'releasing', 'released', 'committed'] as const)(
    'given it is %s, it is ignored',
    (s) => {
      expect(decideOnActionRequired(every[s], later).kind).toBe('ignore');
    },
  );
});

describe('holds', () => {
  test.each(PARCEL_STATUSES)('of a parcel that is %s', (status) => {
    const alive = ['planned', 'held', 'committing', 'replacing'].includes(status);
    expect(deadHolds(held(parcel(status)), [hold])).toEqual(alive ? [] : [hold]);
  });

  test('that no parcel accounts for are dead: another warehouse, another SKU, an older plan', () => {
    const dead = [
      { ...hold, warehouse: 'HAMBURG' },
      { ...hold, sku: 'CUP' },
    ];
    expect(deadHolds(every.held, [hold, ...dead])).toEqual(dead);
    expect(deadHolds(every.allocating, [hold])).toEqual([hold]);
  });

  test('of a plan that this state knows nothing of yet are left alone', () => {
    expect(deadHolds(every.held, [{ ...hold, warehouse: 'HAMBURG', plan: 1 }])).toEqual([]);
  });
});

describe('once no parcel is open any more', () => {
  test.each<[readonly ParcelStatus[], Status]>([
    [['released'], 'released'],
    [['replaced', 'released'], 'released'],
    [['committed'], 'committed'],
    [['committed', 'released'], 'committed'],
    [['committed', 'held'], 'held'],
    [['released', 'committing'], 'held'],
    [['replacing', 'planned'], 'held'],
    [['releasing', 'committed'], 'held'],
  ])('parcels %j: the reservation is %s', (parcels, status) => {
    const all = parcels.map((one, i) => parcel(one, { parcelId: `${i + 1}` }));
    expect(settled(every.held, all).status).toBe(status);
  });

  test('a reservation that has ended never holds, releases or commits again', () => {
    for (const state of [every.rejected, every.released, every.committed, tombstone]) {
      const decisions = [
        decideOnPlaced(state, { lines, triedBefore: false }),
        decideOnEnded(state, reason),
        decideOnDispatched(state, '1'),
        decideOnFailed(state, { parcelId: '1', elsewhere: true, reason, triedBefore: false }),
        decideOnActionRequired(state, new Date('2027-01-01T00:00:00Z')),
      ];
      for (const one of decisions) {
        const outcome = one.kind === 'move_stock' ? one.outcome : one;
        if (outcome.kind === 'change') expect(outcome).toEqual(change({ ...tombstone, lines }));
        else expect(['ignore', 'flag']).toContain(outcome.kind);
      }
    }
  });

  test('a status nobody knows is an error, not a guess', () => {
    const unknown = { status: 'lost', lines, plan: 0, parcels: [] } as unknown as Reservation;
    expect(() => decideOnPlaced(unknown, { lines, triedBefore: false })).toThrow(TypeError);
    expect(() => decideOnEnded(unknown, reason)).toThrow(TypeError);
    const odd = held(parcel('lost' as ParcelStatus));
    expect(() => decideOnDispatched(odd, '1')).toThrow(TypeError);
    expect(() => decideOnFailed(odd, { parcelId: '1', elsewhere: true, reason, triedBefore: false })).toThrow(
      TypeError,
    );
    expect(statuses).toHaveLength(7);
  });
});

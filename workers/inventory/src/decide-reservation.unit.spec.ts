import { describe, expect, test } from 'vitest';
import {
  decideOnActionRequired,
  decideOnDispatched,
  decideOnEnded,
  decideOnFailed,
  decideOnPlaced,
} from './decide-reservation.ts';
import {
  type ParcelStatus,
  type Reservation,
  type ReservedParcel,
  type Status,
  settled,
  strayHolds,
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
const burying: Reservation = { status: 'releasing', lines: [], plan: 0, parcels: [], reason };
const tombstone: Reservation = { ...burying, status: 'released' };
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
  test('given nothing is known of it, parcels are chosen', () => {
    expect(decideOnPlaced(null)).toEqual({ kind: 'choose' });
  });

  test('given parcels were claimed, those are held', () => {
    expect(decideOnPlaced(every.allocating)).toEqual({ kind: 'hold', reservation: every.allocating });
  });

  test('given a shortage was claimed, it is rejected with those shortages', () => {
    expect(decideOnPlaced(every.rejecting)).toEqual({ kind: 'reject', reservation: every.rejecting });
  });

  test.each([burying, tombstone])('given it ended before ($status), what was held meanwhile goes back', (state) => {
    expect(decideOnPlaced(state)).toEqual({ kind: 'give_back', reservation: state });
  });

  test.each(['held', 'rejected', 'releasing', 'released', 'committed'] as const)(
    'given it is %s, nothing',
    (status) => {
      expect(decideOnPlaced(every[status]).kind).toBe('nothing');
    },
  );
});

describe('when an order ends without shipping', () => {
  test('given it was not placed here yet, a tombstone is written before anything is looked for', () => {
    expect(decideOnEnded(null, reason)).toEqual({ kind: 'bury', reservation: burying });
  });

  test('given its parcels are still being chosen, the release is claimed and no parcel is left', () => {
    expect(decideOnEnded(every.allocating, reason)).toEqual({
      kind: 'claim',
      reservation: { ...every.allocating, status: 'releasing', parcels: [], reason },
    });
  });

  test('given its stock is held, the release is claimed first, with its reason', () => {
    expect(decideOnEnded(every.held, reason)).toEqual({ kind: 'claim', reservation: every.releasing });
  });

  test.each(PARCEL_STATUSES)('given one parcel is held and another %s, only what has not left goes back', (status) => {
    const other = parcel(status, { parcelId: '2' });
    const decision = decideOnEnded(held(parcel('held'), other), reason);
    const becomes: Partial<Record<ParcelStatus, ParcelStatus>> = { held: 'releasing', replacing: 'releasing' };
    const rest = status === 'planned' ? [] : [{ ...other, status: becomes[status] ?? status }];
    expect(decision).toMatchObject({ kind: 'claim', reservation: { parcels: [parcel('releasing'), ...rest] } });
  });

  test('given a parcel is on record to have left, its goods wait for the dispatch, and only the others go back', () => {
    const gone = parcel('held', { parcelId: '2' });
    const decision = decideOnEnded(held(parcel('held'), gone), reason, ['2']);
    expect(decision).toMatchObject({ kind: 'claim', reservation: { parcels: [parcel('releasing'), gone] } });
    expect(decideOnEnded(held(gone), reason, ['2']).kind).toBe('nothing');
  });

  test('given all of it is leaving or has ended, nothing', () => {
    const state = held(parcel('committing'), parcel('released', { parcelId: '2' }));
    expect(decideOnEnded(state, reason).kind).toBe('nothing');
  });

  test('given a release was claimed, it is finished with the reason of the claim', () => {
    expect(decideOnEnded(every.releasing, 'another reason')).toEqual({ kind: 'release', reservation: every.releasing });
  });

  test.each(['rejecting', 'rejected', 'released', 'committed'] as const)('given it is %s, nothing', (status) => {
    expect(decideOnEnded(every[status], reason).kind).toBe('nothing');
  });
});

describe('when a parcel is dispatched', () => {
  test.each([null, every.allocating])('given nothing is held yet, it waits', (state) => {
    expect(decideOnDispatched(state, '1').kind).toBe('wait');
  });

  test('given it is held, its commit is claimed first, and no other parcel is touched', () => {
    const other = parcel('held', { parcelId: '2' });
    expect(decideOnDispatched(held(parcel('held'), other), '1')).toEqual({
      kind: 'claim',
      reservation: held(parcel('committing'), other),
    });
  });

  test('given its commit was claimed, it is finished', () => {
    const state = held(parcel('committing'));
    expect(decideOnDispatched(state, '1')).toEqual({
      kind: 'commit',
      reservation: state,
      parcel: parcel('committing'),
    });
  });

  test('given its commit was claimed before the order ended, it is finished all the same', () => {
    const parcels = [parcel('committing'), parcel('releasing', { parcelId: '2' })];
    expect(decideOnDispatched({ ...every.releasing, parcels }, '1').kind).toBe('commit');
  });

  test('given it is committed, nothing', () => {
    expect(decideOnDispatched(every.committed, '1').kind).toBe('nothing');
    expect(decideOnDispatched(held(parcel('committed'), parcel('held', { parcelId: '2' })), '1').kind).toBe('nothing');
  });

  test.each(['planned', 'releasing', 'released', 'replacing', 'replaced'] as const)(
    'given its stock is %s, it is refused',
    (status) => {
      const decision = decideOnDispatched(held(parcel(status), parcel('held', { parcelId: '2' })), '1');
      expect(decision).toMatchObject({ kind: 'refuse', why: expect.stringContaining(status) });
    },
  );

  test.each([every.rejecting, every.rejected, every.releasing, every.released, burying, tombstone])(
    'given the order is $status, it is refused',
    (state) => {
      const decision = decideOnDispatched(state, '1');
      expect(decision).toMatchObject({ kind: 'refuse', why: expect.stringContaining(state.status) });
    },
  );

  test('given nobody reserved such a parcel, it is refused', () => {
    expect(decideOnDispatched(every.held, '7')).toMatchObject({ kind: 'refuse' });
  });
});

describe('when a parcel fails before it left', () => {
  const failed = (elsewhere: boolean) => ({ parcelId: '1', elsewhere, reason: 'no pick-up there' });
  const on = (state: Reservation | null, elsewhere = true) => decideOnFailed(state, failed(elsewhere));

  test.each([null, every.allocating])('given nothing is held yet, it waits', (state) => {
    expect(on(state).kind).toBe('wait');
  });

  test('given another warehouse may send it, that is looked for', () => {
    expect(on(every.held)).toEqual({ kind: 'look_elsewhere', reservation: every.held, parcel: parcel('held') });
  });

  test('given none may, its release is claimed first', () => {
    const claimed = parcel('releasing', { reason: 'no pick-up there' });
    expect(on(every.held, false)).toEqual({ kind: 'claim', reservation: held(claimed) });
  });

  test('given it waits to be tried again, nothing, unless it never will be', () => {
    const state = held(parcel('held', { tryAt: new Date('2026-01-01T12:15:00Z') }));
    expect(on(state).kind).toBe('nothing');
    expect(on(state, false)).toMatchObject({ kind: 'claim', reservation: { parcels: [{ status: 'releasing' }] } });
  });

  test('given others were chosen in its stead, those are held', () => {
    const state = held(parcel('replacing'), parcel('planned', { parcelId: '2', plan: 1, replaces: '1' }));
    const decision = { kind: 'hold_instead', reservation: state, parcel: parcel('replacing') };
    expect(on(state)).toEqual(decision);
    expect(on(state, false)).toEqual(decision);
  });

  test('given its release was claimed, it is finished', () => {
    const state = held(parcel('releasing'));
    expect(on(state)).toEqual({ kind: 'release', reservation: state, parcel: parcel('releasing') });
  });

  test.each(['released', 'replaced'] as const)('given it is %s, nothing', (status) => {
    expect(on(held(parcel(status), parcel('held', { parcelId: '2' }))).kind).toBe('nothing');
  });

  test.each(['committing', 'committed'] as const)('given it is %s, it is refused: it cannot have stayed', (status) => {
    const parcels = [parcel(status), parcel('releasing', { parcelId: '2' })];
    expect(on(held(...parcels)).kind).toBe('refuse');
    expect(on({ ...every.releasing, parcels }).kind).toBe('refuse');
  });

  test.each([every.releasing, every.released, burying, tombstone, every.rejected, every.rejecting])(
    'given the order is $status, nothing: the end of the order gives everything back',
    (state) => expect(on(state).kind).toBe('nothing'),
  );

  test('given nobody was told of such a parcel, it is refused', () => {
    expect(decideOnFailed(every.held, { ...failed(true), parcelId: '7' }).kind).toBe('refuse');
    expect(on(held(parcel('planned'), parcel('held', { parcelId: '2' }))).kind).toBe('refuse');
  });
});

describe('when the bank asks the customer', () => {
  const later = new Date('2026-01-01T12:30:00Z');

  test.each([null, every.allocating])('given nothing is held yet, it waits', (state) => {
    expect(decideOnActionRequired(state, later).kind).toBe('wait');
  });

  test('given the stock is held, it is held until the deadline', () => {
    const reservation = { ...every.held, holdUntil: later, extended: true };
    expect(decideOnActionRequired(every.held, later)).toEqual({ kind: 'extend', reservation });
  });

  test('given it was extended before, or lasts that long anyway, nothing', () => {
    expect(decideOnActionRequired({ ...every.held, extended: true }, later).kind).toBe('nothing');
    expect(decideOnActionRequired(every.held, holdUntil).kind).toBe('nothing');
  });

  test.each(['rejecting', 'rejected', 'releasing', 'released', 'committed'] as const)(
    'given it is %s, nothing',
    (s) => {
      expect(decideOnActionRequired(every[s], later).kind).toBe('nothing');
    },
  );
});

describe('holds', () => {
  const hold = { sku: 'MUG-RED', warehouse: 'BERLIN', quantity: 2, plan: 0 };

  test.each(PARCEL_STATUSES)('of a parcel that is %s', (status) => {
    const alive = ['planned', 'held', 'committing', 'replacing'].includes(status);
    expect(strayHolds(held(parcel(status)), [hold])).toEqual(alive ? [] : [hold]);
  });

  test('that no parcel accounts for are strays: another warehouse, another SKU, an older plan', () => {
    const strays = [
      { ...hold, warehouse: 'HAMBURG' },
      { ...hold, sku: 'CUP' },
    ];
    expect(strayHolds(every.held, [hold, ...strays])).toEqual(strays);
    expect(strayHolds(every.allocating, [hold])).toEqual([hold]);
  });

  test('of a plan that this state knows nothing of yet are left alone', () => {
    expect(strayHolds(every.held, [{ ...hold, warehouse: 'HAMBURG', plan: 1 }])).toEqual([]);
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
        decideOnPlaced(state).kind,
        decideOnEnded(state, reason).kind,
        decideOnDispatched(state, '1').kind,
        decideOnFailed(state, { parcelId: '1', elsewhere: true, reason }).kind,
        decideOnActionRequired(state, new Date('2027-01-01T00:00:00Z')).kind,
      ];
      for (const one of decisions) expect(['nothing', 'refuse', 'give_back']).toContain(one);
    }
  });

  test('a status nobody knows is an error, not a guess', () => {
    const unknown = { status: 'lost', lines, plan: 0, parcels: [] } as unknown as Reservation;
    expect(() => decideOnPlaced(unknown)).toThrow(TypeError);
    expect(() => decideOnEnded(unknown, reason)).toThrow(TypeError);
    const odd = held(parcel('lost' as ParcelStatus));
    expect(() => decideOnDispatched(odd, '1')).toThrow(TypeError);
    expect(() => decideOnFailed(odd, { parcelId: '1', elsewhere: true, reason })).toThrow(TypeError);
    expect(statuses).toHaveLength(7);
  });
});

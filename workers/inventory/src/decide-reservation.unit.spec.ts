import { describe, expect, test } from 'vitest';
import {
  decideOnDispatched,
  decideOnEnded,
  decideOnPlaced,
  type Reservation,
  type Status,
} from './decide-reservation.ts';

const lines = [{ sku: 'MUG-RED', quantity: 2 }];
const shortages = [{ sku: 'MUG-RED', requested: 2, available: 1 }];
const holdUntil = new Date('2026-01-01T12:15:00Z');
const reason = 'changed my mind';

const every: { readonly [S in Status]: Extract<Reservation, { status: S }> } = {
  held: { status: 'held', lines, holdUntil },
  rejecting: { status: 'rejecting', lines, shortages },
  rejected: { status: 'rejected', lines, shortages },
  releasing: { status: 'releasing', lines, holdUntil, reason },
  released: { status: 'released', lines, reason },
  committing: { status: 'committing', lines, holdUntil },
  committed: { status: 'committed', lines, holdUntil },
};
const statuses = Object.keys(every) as Status[];
const tombstone: Reservation = { status: 'released', lines: [], reason };

describe('when an order is placed', () => {
  test('given nothing is known of it, its lines are held', () => {
    expect(decideOnPlaced(null)).toEqual({ do: 'hold' });
  });

  test('given it ended before, what was held meanwhile goes back and the tombstone stays', () => {
    expect(decideOnPlaced(tombstone)).toEqual({ do: 'give back', reservation: tombstone });
    expect(decideOnPlaced(every.released)).toEqual({ do: 'give back', reservation: every.released });
  });

  test('given a shortage was found by an earlier try, it is rejected with those shortages', () => {
    expect(decideOnPlaced(every.rejecting)).toEqual({ do: 'reject', reservation: every.rejecting });
  });

  test.each(['held', 'rejected', 'releasing', 'committing', 'committed'] as const)(
    'given it is %s, nothing',
    (status) => {
      expect(decideOnPlaced(every[status]).do).toBe('nothing');
    },
  );
});

describe('when an order ends without shipping', () => {
  test('given it was not placed here yet, a tombstone without lines is left', () => {
    expect(decideOnEnded(null, reason)).toEqual({ do: 'leave a tombstone', reservation: tombstone });
  });

  test('given its stock is held, the release is claimed first, with its reason', () => {
    expect(decideOnEnded(every.held, reason)).toEqual({ do: 'claim', reservation: every.releasing });
  });

  test('given a release was claimed, it is finished with the reason of the claim', () => {
    expect(decideOnEnded(every.releasing, 'another reason')).toEqual({ do: 'release', reservation: every.releasing });
  });

  test.each(['rejecting', 'rejected', 'released', 'committing', 'committed'] as const)(
    'given it is %s, nothing',
    (status) => {
      expect(decideOnEnded(every[status], reason).do).toBe('nothing');
    },
  );
});

describe('when a shipment is dispatched', () => {
  test('given nothing is known of the order yet, it waits', () => {
    expect(decideOnDispatched(null).do).toBe('wait');
  });

  test('given its stock is held, the commit is claimed first', () => {
    expect(decideOnDispatched(every.held)).toEqual({ do: 'claim', reservation: every.committing });
  });

  test('given the commit was claimed, it is finished', () => {
    expect(decideOnDispatched(every.committing)).toEqual({ do: 'commit', reservation: every.committing });
  });

  test('given it is committed, nothing', () => {
    expect(decideOnDispatched(every.committed).do).toBe('nothing');
  });

  test.each(['rejecting', 'rejected', 'releasing', 'released'] as const)('given it is %s, it is refused', (status) => {
    expect(decideOnDispatched(every[status])).toMatchObject({ do: 'refuse', why: expect.stringContaining(status) });
  });
});

describe('always', () => {
  test('an ended reservation never holds, releases or commits again', () => {
    for (const status of ['rejected', 'released', 'committed'] as const) {
      const decisions = [
        decideOnPlaced(every[status]).do,
        decideOnEnded(every[status], reason).do,
        decideOnDispatched(every[status]).do,
      ];
      expect(decisions).not.toContain('hold');
      expect(decisions).not.toContain('claim');
      expect(decisions).not.toContain('release');
      expect(decisions).not.toContain('commit');
    }
  });

  test('a status nobody knows is an error, not a guess', () => {
    const unknown = { status: 'lost', lines } as unknown as Reservation;
    expect(() => decideOnPlaced(unknown)).toThrow(TypeError);
    expect(() => decideOnEnded(unknown, reason)).toThrow(TypeError);
    expect(() => decideOnDispatched(unknown)).toThrow(TypeError);
    expect(statuses).toHaveLength(7);
  });
});

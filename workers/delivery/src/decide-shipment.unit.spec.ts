import { type ScanStatus, scanStatusSchema } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import {
  decideOnCancelled,
  decideOnConfirmed,
  decideOnScan,
  type Parcel,
  rankOf,
  type Shipment,
  type ShipmentStatus,
} from './decide-shipment.ts';

const parcel: Parcel = {
  shipmentId: 'shp_1',
  carrier: 'Parcelwise',
  trackingNumber: 'OF1NL',
  trackingUrl: 'http://carrier.test/OF1NL',
  eta: '2026-01-04T12:00:00.000Z',
};
const reason = 'changed my mind';
const scanAt = '2026-01-02T09:00:00.000Z';
const every: { readonly [S in ShipmentStatus]: Extract<Shipment, { status: S }> } = {
  created: { status: 'created', parcel },
  dispatched: { status: 'dispatched', parcel, scan: { status: 'picked_up', scanAt } },
  delivered: { status: 'delivered', parcel, scan: { status: 'delivered', scanAt } },
  failed: { status: 'failed', code: 'ADDRESS_UNDELIVERABLE', reason: 'Nobody lives there' },
  cancelled: { status: 'cancelled', reason, parcel },
};
const scanOf = (status: ScanStatus) => ({ shipmentId: 'shp_1', status, scanAt: '2026-01-03T10:00:00+01:00' });

describe('when an order is confirmed', () => {
  test('given nothing is known of it, a shipment is created', () => {
    expect(decideOnConfirmed(null)).toEqual({ do: 'create' });
  });

  test('given it was cancelled before, what may be at the carrier is called off', () => {
    expect(decideOnConfirmed(every.cancelled)).toEqual({ do: 'call off', shipment: every.cancelled });
  });

  test.each(['created', 'dispatched', 'delivered', 'failed'] as const)('given it is %s, nothing', (status) => {
    expect(decideOnConfirmed(every[status]).do).toBe('nothing');
  });
});

describe('when an order is cancelled', () => {
  test('given it was not confirmed here yet, a tombstone is left', () => {
    const shipment = { status: 'cancelled', reason };
    expect(decideOnCancelled(null, reason)).toEqual({ do: 'leave a tombstone', shipment });
  });

  test('given its shipment waits for the carrier, it is cancelled there', () => {
    const expected = { do: 'cancel', shipment: every.created, to: every.cancelled };
    expect(decideOnCancelled(every.created, reason)).toEqual(expected);
  });

  test.each(['dispatched', 'delivered', 'failed', 'cancelled'] as const)('given it is %s, nothing', (status) => {
    expect(decideOnCancelled(every[status], reason).do).toBe('nothing');
  });
});

describe('when the carrier scans a parcel', () => {
  test('given nothing is known of it yet, the scan waits', () => {
    expect(decideOnScan(null, scanOf('picked_up')).do).toBe('wait');
  });

  test.each(['failed', 'cancelled'] as const)('given its shipment is %s, it is refused', (status) => {
    expect(decideOnScan(every[status], scanOf('picked_up')).do).toBe('refuse');
  });

  test.each(['created', 'dispatched', 'delivered'] as const)(
    'given it is another parcel than the %s one, it is refused',
    (status) => {
      expect(decideOnScan(every[status], { ...scanOf('delivered'), shipmentId: 'shp_2' }).do).toBe('refuse');
    },
  );

  test.each(['picked_up', 'in_transit', 'out_for_delivery'] as const)(
    'given it is created, %s says that it has left, in UTC',
    (status) => {
      const scan = { status, scanAt: '2026-01-03T09:00:00.000Z' };
      const expected = { do: 'advance', shipment: { status: 'dispatched', parcel, scan }, says: ['dispatched'] };
      expect(decideOnScan(every.created, scanOf(status))).toEqual(expected);
    },
  );

  test('given it is created, delivered says that it has left and arrived', () => {
    expect(decideOnScan(every.created, scanOf('delivered'))).toMatchObject({
      shipment: { status: 'delivered' },
      says: ['dispatched', 'delivered'],
    });
  });

  const statuses = scanStatusSchema.options;
  const pairs = statuses.flatMap((known) => statuses.map((next) => [known, next] as const));
  test.each(pairs)('given the last scan was %s, %s counts only if it is further', (known, next) => {
    const status = known === 'delivered' ? 'delivered' : 'dispatched';
    const state: Shipment = { status, parcel, scan: { status: known, scanAt } };
    const decision = decideOnScan(state, scanOf(next));
    if (rankOf(next) <= rankOf(known)) return expect(decision.do).toBe('nothing');
    const says = next === 'delivered' ? ['delivered'] : [];
    expect(decision).toMatchObject({ do: 'advance', shipment: { scan: { status: next } }, says });
  });

  test('ranks follow the way of a parcel', () => {
    expect(['picked_up', 'in_transit', 'out_for_delivery', 'delivered'].map((s) => rankOf(s as ScanStatus))).toEqual([
      1, 2, 3, 4,
    ]);
  });
});

test('a status nobody knows is an error, not a guess', () => {
  const unknown = { status: 'lost' } as unknown as Shipment;
  expect(() => decideOnConfirmed(unknown)).toThrow(TypeError);
  expect(() => decideOnCancelled(unknown, reason)).toThrow(TypeError);
  expect(() => decideOnScan(unknown, scanOf('picked_up'))).toThrow(TypeError);
});

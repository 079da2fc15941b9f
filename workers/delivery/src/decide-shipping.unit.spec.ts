import type { EventOf, OrderConfirmed } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { change, flag } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import { decideOnConfirmed, decideOnReallocated, reallocated } from './decide-shipping.ts';
import type { Confirmed, OrderShipments, ShipmentStatus } from './order-shipments.ts';
import {
  cancelled,
  cancelledEarly,
  cancelling,
  cancelPending,
  details,
  everyConfirmed,
  hours,
  inHamburg,
  partiallyCancelled,
  shipmentsOf,
  shipping,
  unconfirmed,
} from './testing/states.ts';

const every = shipmentsOf();

const confirmed: EventOf<typeof OrderConfirmed>['data'] = {
  ...{ address: details.address, contact: details.contact, shippingMethod: details.shippingMethod },
  lines: details.items.map((item) => ({ ...item, quantity: 1, unitPrice: eur(1_000) })),
  parcels: [{ parcelId: '1', warehouse: 'BERLIN', lines: [...every.reserved.lines] }],
  dispatchAfter: details.dispatchAfter,
};

describe('when an order is confirmed', () => {
  const on = (state: OrderShipments | null, triedBefore = false) => decideOnConfirmed(state, confirmed, triedBefore);
  const reserved = shipping([every.reserved]);

  test('given payment has secured it, it ships', () => {
    const { payment } = unconfirmed('secured');
    expect(on(unconfirmed('secured'))).toEqual({
      kind: 'ship',
      state: { ...reserved, payment },
      parcels: [every.reserved],
    });
  });

  test('given payment has said nothing yet, or that the money is not there, its parcels wait', () => {
    expect(on(null)).toEqual(change({ ...reserved, payment: { status: 'awaited', version: 0 } }));
    const { payment } = unconfirmed('unsecured');
    expect(on(unconfirmed('unsecured'))).toEqual(change({ ...reserved, payment }));
  });

  test('given the money is not there, and an earlier try may have made parcels, they are stopped', () => {
    const { payment } = unconfirmed('unsecured');
    expect(on(null, true).kind).toBe('change');
    expect(on(unconfirmed('unsecured'), true)).toEqual({
      kind: 'stop',
      state: { ...reserved, payment },
      wasSecured: true,
    });
  });

  test.each([
    [false, cancelledEarly],
    [true, cancelPending],
  ])('given it was cancelled before (answer awaited: %s), what may be at the carrier is cancelled', (asked, state) => {
    const parcels = [every.reserved];
    expect(on(state)).toEqual({ kind: 'cancel_found', state: reserved, parcels, reason: state.reason, asked });
  });

  test.each(['shipping', 'cancelling', 'partially_cancelled', 'cancelled'] as const)(
    'given it is %s, it is ignored',
    (status) => {
      expect(on(everyConfirmed[status]).kind).toBe('ignore');
    },
  );
});

describe('when a parcel is held in other warehouses instead', () => {
  const event = { time: hours(-1), data: { replaced: '1', parcels: [inHamburg('3')] } };
  const third = { ...shipmentsOf(inHamburg('3')).reserved, readyAt: details.dispatchAfter };
  const on = (state: OrderShipments | null, triedBefore = false) => decideOnReallocated(state, event, triedBefore);

  test('given the order is not confirmed here, it waits', () => {
    expect(on(null).kind).toBe('wait');
    expect(on(cancelPending).kind).toBe('wait');
    expect(on(unconfirmed('secured')).kind).toBe('wait');
  });

  test('given the order was cancelled before it was confirmed, it is ignored', () => {
    expect(on(cancelledEarly).kind).toBe('ignore');
  });

  test('given the parcel failed and the order goes on, the new ones ship', () => {
    const state = shipping([every.failed]);
    const next = reallocated(state, every.failed, [third]);
    expect(on(state)).toEqual({ kind: 'ship', state: next, parcels: [third] });
  });

  test('the carrier is told that they are ready when they were reallocated, or at the end of the cancel window', () => {
    const later = decideOnReallocated(shipping([every.failed]), { ...event, time: hours(5) }, false);
    expect(later).toMatchObject({ parcels: [{ readyAt: hours(5) }] });
    expect(on(shipping([every.failed]))).toMatchObject({ parcels: [{ readyAt: details.dispatchAfter }] });
  });

  test.each(['awaited', 'unsecured'] as const)('given payment is %s, the new ones wait', (status) => {
    const state = { ...shipping([every.failed]), payment: { status, version: 1 } };
    const next = reallocated(state, every.failed, [third]);
    expect(on(state)).toEqual(change(next));
    expect(on(state, true)).toEqual({ kind: 'stop', state: next, wasSecured: true });
  });

  test.each([
    ['being cancelled', true, cancelling(every.failed)],
    ['partially cancelled', true, partiallyCancelled(every.failed)],
    ['cancelled', false, cancelled(every.failed)],
  ])('given the order was %s meanwhile, those of an earlier try are cancelled', (_, asked, state) => {
    const next = reallocated<Confirmed>(state, every.failed, [third]);
    const { reason } = state;
    expect(on(state)).toEqual({ kind: 'cancel_found', state: next, parcels: [third], reason, asked });
  });

  test('given the new parcels are known, it is ignored', () => {
    expect(on(shipping([every.replaced, shipmentsOf(inHamburg('3')).created])).kind).toBe('ignore');
  });

  const others = Object.keys(every).filter((status) => status !== 'failed') as ShipmentStatus[];
  test.each(others)('given the old parcel is %s, it is flagged: both would be sent', (status) => {
    expect(on(shipping([every[status]]))).toEqual(flag(`parcel 1 is ${status} and cannot be replaced`));
  });

  test('given the old parcel is unknown, or no other warehouse was to send it, it is flagged', () => {
    expect(on(shipping([])).kind).toBe('flag');
    expect(on(shipping([{ ...every.failed, elsewhere: false }])).kind).toBe('flag');
  });

  test('the old parcel says by which it is replaced, and the new ones come after all others', () => {
    const second = shipmentsOf(inHamburg('2')).created;
    const third = shipmentsOf(inHamburg('3')).created;
    const { shipments } = reallocated(shipping([every.failed, second]), every.failed, [third]);
    expect(shipments).toEqual([{ ...every.replaced, by: ['3'] }, second, third]);
  });
});

test('a status nobody knows is an error, not a guess', () => {
  expect(() => decideOnConfirmed({ status: 'lost' } as unknown as OrderShipments, confirmed, false)).toThrow(TypeError);
});

import { describe, expect, test } from 'vitest';
import { decideOnConfirmed, decideOnReallocated, reallocated } from './decide-shipping.ts';
import type { OrderShipments, Shipment, ShipmentStatus } from './order-shipments.ts';
import {
  calledOff,
  cancelled,
  cancelling,
  curtailed,
  everyConfirmed,
  inHamburg,
  shipmentsOf,
  shipping,
  toCallOff,
  unconfirmed,
} from './testing/states.ts';

const every = shipmentsOf();

describe('when an order is confirmed', () => {
  test('given payment has vouched for it, it ships', () => {
    const { payment } = unconfirmed('secured');
    expect(decideOnConfirmed(unconfirmed('secured'))).toEqual({ kind: 'ship', payment });
  });

  test('given payment has said nothing yet, or that the money is not there, its parcels wait', () => {
    expect(decideOnConfirmed(null)).toEqual({ kind: 'reserve', payment: { status: 'awaited', version: 0 } });
    const { payment } = unconfirmed('unsecured');
    expect(decideOnConfirmed(unconfirmed('unsecured'))).toEqual({ kind: 'reserve', payment });
  });

  test('given it was cancelled before, what may be at the carrier is called off', () => {
    expect(decideOnConfirmed(calledOff)).toEqual({ kind: 'call_off', state: calledOff });
  });

  test('given somebody waits for its cancellation, the same', () => {
    expect(decideOnConfirmed(toCallOff)).toEqual({ kind: 'call_off', state: toCallOff });
  });

  test.each(['shipping', 'cancelling', 'curtailed', 'cancelled'] as const)('given it is %s, nothing', (status) => {
    expect(decideOnConfirmed(everyConfirmed[status]).kind).toBe('nothing');
  });
});

describe('when a parcel is held in other warehouses instead', () => {
  const event = { replaced: '1', parcels: [inHamburg('3')] };

  test('given the order is not confirmed here, it waits', () => {
    expect(decideOnReallocated(null, event).kind).toBe('wait');
    expect(decideOnReallocated(toCallOff, event).kind).toBe('wait');
    expect(decideOnReallocated(unconfirmed('secured'), event).kind).toBe('wait');
  });

  test('given the order was cancelled before it was confirmed, nothing', () => {
    expect(decideOnReallocated(calledOff, event).kind).toBe('nothing');
  });

  test('given the parcel failed and the order goes on, the new ones ship', () => {
    const state = shipping([every.failed]);
    expect(decideOnReallocated(state, event)).toEqual({ kind: 'ship', state, replaced: every.failed });
  });

  test.each([
    ['secured', 'ship'],
    ['awaited', 'reserve'],
    ['unsecured', 'reserve'],
  ] as const)('given payment is %s, the new ones %s', (status, next) => {
    const state = { ...shipping([every.failed]), payment: { status, version: 1 } };
    expect(decideOnReallocated(state, event)).toEqual({ kind: next, state, replaced: every.failed });
  });

  test.each([
    ['being cancelled', cancelling(every.failed)],
    ['curtailed', curtailed(every.failed)],
    ['cancelled', cancelled(every.failed)],
  ])('given the order was %s meanwhile, the new ones are called off', (_, state) => {
    expect(decideOnReallocated(state, event)).toEqual({ kind: 'call_off', state, replaced: every.failed });
  });

  test('given the new parcels are known, nothing', () => {
    const state = shipping([every.replaced, shipmentsOf(inHamburg('3')).created]);
    expect(decideOnReallocated(state, event).kind).toBe('nothing');
  });

  const others = Object.keys(every).filter((status) => status !== 'failed') as ShipmentStatus[];
  test.each(others)('given the old parcel is %s, it is refused: both would be sent', (status) => {
    expect(decideOnReallocated(shipping([every[status]]), event)).toMatchObject({
      kind: 'refuse',
      why: `parcel 1 is ${status} and cannot be replaced`,
    });
  });

  test('given the old parcel is unknown, or no other warehouse was to send it, it is refused', () => {
    expect(decideOnReallocated(shipping([]), event)).toMatchObject({ kind: 'refuse' });
    const undeliverable: Shipment = { ...every.failed, elsewhere: false };
    expect(decideOnReallocated(shipping([undeliverable]), event)).toMatchObject({ kind: 'refuse' });
  });

  test('the old parcel says by which it is replaced, and the new ones come after all others', () => {
    const second = shipmentsOf(inHamburg('2')).created;
    const third = shipmentsOf(inHamburg('3')).created;
    const { shipments } = reallocated(shipping([every.failed, second]), every.failed, [third]);
    expect(shipments).toEqual([{ ...every.replaced, by: ['3'] }, second, third]);
  });
});

test('a status nobody knows is an error, not a guess', () => {
  expect(() => decideOnConfirmed({ status: 'lost' } as unknown as OrderShipments)).toThrow(TypeError);
});

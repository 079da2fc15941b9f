import { change } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import {
  afterCancelling,
  type CancelAnswer,
  decideOnCancelled,
  decideOnCancelRequested,
  mayHaveMore,
  waiting,
} from './decide-cancellation.ts';
import type { OrderShipments, Shipment, ShipmentStatus } from './order-shipments.ts';
import {
  AT,
  cancelledEarly,
  cancelling,
  cancelPending,
  everyConfirmed,
  hours,
  inHamburg,
  partiallyCancelled,
  reason,
  scanOf,
  shipmentsOf,
  shipping,
  typesOf,
} from './testing/states.ts';

const first = shipmentsOf();
const second = shipmentsOf(inHamburg());

describe('when a cancellation is asked for', () => {
  test('given the order is pending, a tombstone is left and nobody waits for an answer', () => {
    const decision = decideOnCancelRequested(null, { stage: 'pending', reason }, AT);
    expect(decision).toEqual(change(cancelledEarly));
  });

  test('given it is confirmed but not here yet, the cancellation is stored and nobody is answered: a try may be creating its parcels', () => {
    const decision = decideOnCancelRequested(null, { stage: 'confirmed', reason }, AT);
    expect(decision).toEqual({ kind: 'cancel_unknown', outcome: change(cancelPending) });
  });

  test('given its parcels ship, they are cancelled', () => {
    const state = everyConfirmed.shipping;
    const decision = decideOnCancelRequested(state, { stage: 'confirmed', reason }, AT);
    expect(decision).toEqual({ kind: 'cancel', state, reason, asked: true });
  });

  test('given it ships though it was pending, it is ignored: order.cancelled will say', () => {
    expect(decideOnCancelRequested(everyConfirmed.shipping, { stage: 'pending', reason }, AT).kind).toBe('ignore');
  });

  test.each([
    ['cancelled early', cancelledEarly],
    ['to be cancelled', cancelPending],
    ['being cancelled', everyConfirmed.cancelling],
    ['partially cancelled', everyConfirmed.partially_cancelled],
    ['cancelled', everyConfirmed.cancelled],
  ])('given it is %s already, it is ignored, at either stage', (_, state) => {
    expect(decideOnCancelRequested(state, { stage: 'pending', reason }, AT).kind).toBe('ignore');
    expect(decideOnCancelRequested(state, { stage: 'confirmed', reason }, AT).kind).toBe('ignore');
  });
});

describe('when an order is cancelled', () => {
  test('given it was not confirmed here yet, a tombstone is left', () => {
    expect(decideOnCancelled(null, reason)).toEqual(change(cancelledEarly));
  });

  test('given its parcels ship, what is live is cancelled', () => {
    const state = everyConfirmed.shipping;
    expect(decideOnCancelled(state, reason)).toEqual({ kind: 'cancel', state, reason, asked: false });
  });

  test.each([
    ['cancelled early', cancelledEarly],
    ['to be cancelled', cancelPending],
    ['being cancelled', everyConfirmed.cancelling],
    ['partially cancelled', everyConfirmed.partially_cancelled],
    ['cancelled', everyConfirmed.cancelled],
  ])('given it is %s already, it is ignored', (_, state) => {
    expect(decideOnCancelled(state, reason).kind).toBe('ignore');
  });
});

describe("the carrier's answers come to", () => {
  const after = (shipments: readonly Shipment[], answers: Record<string, CancelAnswer>, asked = true) =>
    afterCancelling(shipping(shipments), new Map(Object.entries(answers)), { ...how, asked }, AT);
  const askAt = new Date(hours(1));
  const how = { reason, asked: true, open: false, askAt };
  const gone: CancelAnswer = [scanOf('picked_up', -3)];

  test('cancelled as a whole, when every parcel was in time', () => {
    const { state, say } = after([first.created, second.created], { 1: 'cancelled', 2: 'cancelled' });
    expect(state).toMatchObject({ status: 'cancelled', reason });
    expect(state.shipments).toEqual([first.cancelled, second.cancelled]);
    expect(say).toMatchObject([{ type: 'shipment.cancelled', data: { reason } }]);
  });

  test('too late, when it was for every parcel: each has left when the carrier says so', () => {
    const { state, say } = after([first.created, second.created], { 1: gone, 2: gone });
    expect(state).toMatchObject({
      status: 'partially_cancelled',
      shipments: [{ status: 'dispatched' }, { status: 'dispatched' }],
    });
    expect(typesOf(say)).toEqual(['shipment.dispatched', 'shipment.dispatched']);
    expect(say[0]).toMatchObject({ data: { parcelId: '1', scanAt: hours(-3) } });
  });

  test('one that has left, published first, and one that failed by being cancelled', () => {
    const { state, say } = after([first.created, second.created], { 1: 'cancelled', 2: gone });
    expect(state).toMatchObject({
      status: 'partially_cancelled',
      shipments: [{ status: 'cancelled' }, { status: 'dispatched' }],
    });
    expect(typesOf(say)).toEqual(['shipment.dispatched', 'shipment.failed cancelled']);
    expect(say[1]?.data).toEqual({
      ...{ parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: 'MUG-RED', quantity: 2 }] },
      ...{ code: 'cancelled', reason, dispatched: false, elsewhere: false, returned: false },
    });
  });

  test('all that happened to a parcel by now', () => {
    const { state, say } = after([first.created], { 1: [scanOf('picked_up', -9), scanOf('delivered', -1)] });
    expect(state).toMatchObject({ status: 'partially_cancelled', shipments: [{ status: 'delivered' }] });
    expect(typesOf(say)).toEqual(['shipment.dispatched', 'shipment.delivered']);
  });

  const left = ['dispatched', 'delivered', 'lost', 'returned'] as const;
  test.each(left)('a part that failed, when another parcel is %s already', (status) => {
    const { state, say } = after([first[status], second.created], { 2: 'cancelled' });
    expect(state).toMatchObject({ status: 'partially_cancelled', shipments: [first[status], { status: 'cancelled' }] });
    expect(typesOf(say)).toEqual(['shipment.failed cancelled']);
  });

  test.each(left)('nothing new, when the only parcel is %s already', (status) => {
    expect(after([first[status]], {})).toMatchObject({ state: { status: 'partially_cancelled' }, say: [] });
  });

  test.each(['failed', 'replaced', 'cancelled'] as const)(
    'cancelled as a whole, when the only other parcel is %s',
    (status) => {
      expect(typesOf(after([first[status], second.created], { 2: 'cancelled' }).say)).toEqual(['shipment.cancelled']);
      expect(typesOf(after([first[status]], {}).say)).toEqual(['shipment.cancelled']);
    },
  );

  test('only what has left, when nobody waits for an answer', () => {
    expect(after([first.created], { 1: 'cancelled' }, false)).toMatchObject({
      state: { status: 'cancelled' },
      say: [],
    });
    const mixed = after([first.created, second.created], { 1: 'cancelled', 2: gone }, false);
    expect(typesOf(mixed.say)).toEqual(['shipment.dispatched']);
  });

  test('nothing yet, as long as more may be at the carrier; all that is known is cancelled', () => {
    const { state, say } = afterCancelling(
      shipping([first.created, second.failed]),
      new Map([['1', 'cancelled' as const]]),
      { ...how, open: true },
      AT,
    );
    expect(state).toEqual(cancelling(first.cancelled, second.failed));
    expect(say).toEqual([]);
  });

  test('too late, when something has left, though more may be at the carrier', () => {
    const { state, say } = afterCancelling(
      shipping([first.created, second.failed]),
      new Map([['1', gone]]),
      { ...how, open: true },
      AT,
    );
    expect([state.status, typesOf(say)]).toEqual(['partially_cancelled', ['shipment.dispatched']]);
  });

  test('nothing yet, when the carrier says too late and has not scanned the parcel', () => {
    const { state, say } = after([first.created, second.created], { 1: 'cancelled', 2: [] });
    expect(state).toEqual(cancelling(first.cancelled, second.created));
    expect(say).toEqual([]);
    expect(after([first.created], { 1: [] }, false)).toMatchObject({
      state: { status: 'partially_cancelled' },
      say: [],
    });
  });

  test('later, what was stopped meanwhile is published, and nothing is published again', () => {
    const before = cancelling(first.cancelled, second.created);
    const late = afterCancelling(before, new Map([['2', gone]]), how, AT);
    expect(late.state).toEqual({
      ...partiallyCancelled(first.cancelled, second.dispatched),
      shipments: late.state.shipments,
    });
    expect(typesOf(late.say)).toEqual(['shipment.dispatched', 'shipment.failed cancelled']);
    const stored = partiallyCancelled(first.cancelled, shipmentsOf(inHamburg('3')).dispatched);
    const found = { ...stored, shipments: [...stored.shipments, second.created] };
    const { say } = afterCancelling(found, new Map([['2', 'cancelled' as const]]), { ...how, stored }, AT);
    expect(say).toMatchObject([{ type: 'shipment.failed', data: { parcelId: '2', code: 'cancelled' } }]);
  });

  test('an error, when one is missing', () => {
    expect(() => after([first.created], {})).toThrow(TypeError);
  });
});

test.each(Object.keys(first) as ShipmentStatus[])(
  'only a created parcel waits for the carrier, not a %s one',
  (status) => {
    expect(waiting(shipping([first[status]])).length).toBe(status === 'created' ? 1 : 0);
  },
);

test('more parcels may come as long as one that failed is to come from elsewhere', () => {
  expect(mayHaveMore(shipping([first.created, second.failed]))).toBe(true);
  expect(mayHaveMore(shipping([first.created, { ...second.failed, elsewhere: false }]))).toBe(false);
  expect(mayHaveMore(shipping([first.created, second.replaced]))).toBe(false);
});

test('a status nobody knows is an error, not a guess', () => {
  const unknown = { status: 'lost' } as unknown as OrderShipments;
  expect(() => decideOnCancelled(unknown, reason)).toThrow(TypeError);
  expect(() => decideOnCancelRequested(unknown, { stage: 'confirmed', reason }, AT)).toThrow(TypeError);
});

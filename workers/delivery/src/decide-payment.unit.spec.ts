import { change, ignore } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import { afterCancelling, mayHaveMore } from './decide-cancellation.ts';
import { afterStopping, decideOnPayment } from './decide-payment.ts';
import type { OrderShipments, PaymentState, Shipment } from './order-shipments.ts';
import {
  AT,
  cancelledEarly,
  cancelling,
  cancelPending,
  everyConfirmed,
  hours,
  inHamburg,
  scanOf,
  shipmentsOf,
  shipping,
  typesOf,
  unconfirmed,
} from './testing/states.ts';

const first = shipmentsOf();
const second = shipmentsOf(inHamburg());
const payment = (status: PaymentState['status'], version = 1): PaymentState => ({ status, version });
const after = (shipments: Shipment[], payment: PaymentState) => ({ ...shipping(shipments), payment });
const STATUSES = ['secured', 'unsecured'] as const;

const on = (state: OrderShipments | null, payment: PaymentState, triedBefore = false) =>
  decideOnPayment(state, payment, triedBefore);

describe('when payment secures an order or no longer does', () => {
  test.each(STATUSES)('%s: given the order is not confirmed here, it is noted', (status) => {
    expect(on(null, payment(status))).toEqual(change(unconfirmed(status)));
    const next = change(unconfirmed(status, 2));
    expect(on(unconfirmed('unsecured'), payment(status, 2))).toEqual(next);
    expect(on(unconfirmed('secured', 3), payment(status, 2)).kind).toBe('ignore');
  });

  test('secured: given parcels wait for it, they ship', () => {
    const state = after([first.reserved, second.created], payment('awaited', 0));
    expect(on(state, payment('secured'))).toEqual({
      kind: 'ship',
      state: { ...state, payment: payment('secured') },
      parcels: [first.reserved],
    });
  });

  test('secured: given none waits, it is noted', () => {
    const state = after([first.failed], payment('unsecured'));
    expect(on(state, payment('secured', 2))).toEqual(change({ ...state, payment: payment('secured', 2) }));
  });

  test('unsecured: given the order ships, or waits, it is stopped; also one that ships since before payment was asked', () => {
    const known = [
      shipping([first.created]),
      after([first.created], payment('secured')),
      after([first.reserved], payment('awaited', 0)),
    ];
    for (const state of known) {
      const next = { ...state, payment: payment('unsecured', 2) };
      expect(on(state, payment('unsecured', 2))).toEqual({ kind: 'stop', state: next, wasSecured: false });
    }
  });

  test.each(STATUSES)(
    '%s: given payment has said something else since, it is ignored; parcels of an earlier try are stopped',
    (status) => {
      for (const later of STATUSES) {
        const state = after([first.reserved], payment(later, 2));
        for (const version of [1, 2]) {
          expect(on(state, payment(status, version)).kind).toBe('ignore');
          const again = on(state, payment(status, version), true);
          expect(again).toMatchObject(
            status === 'secured' ? { kind: 'stop', state, wasSecured: true } : { kind: 'ignore' },
          );
        }
      }
    },
  );

  test.each(STATUSES)(
    '%s: given the order is being cancelled and parcels wait for it, those of an earlier try are cancelled',
    (status) => {
      const state = { ...cancelling(first.reserved), payment: payment('awaited', 0) };
      expect(on(state, payment(status))).toEqual({
        ...{ kind: 'cancel_found', state: { ...state, payment: payment(status) } },
        ...{ parcels: [first.reserved], reason: state.reason, asked: true },
      });
      expect(on(cancelling(first.cancelled), payment(status)).kind).toBe('ignore');
    },
  );

  test.each(STATUSES)('%s: given the order is over, nothing ships', (status) => {
    expect(on(cancelledEarly, payment(status)).kind).toBe('ignore');
    expect(on(cancelPending, payment(status)).kind).toBe('ignore');
    for (const state of [everyConfirmed.cancelled, everyConfirmed.partially_cancelled]) {
      const outcome = ignore(`it is ${state.status} already`);
      expect(on(state, payment(status))).toEqual(outcome);
      const again = status === 'secured' ? { kind: 'cancel_unrecorded', state, outcome } : outcome;
      expect(on(state, payment(status), true)).toEqual(again);
    }
  });
});

describe('when an order that is not paid is stopped', () => {
  const state = after([first.created, second.created], payment('unsecured'));
  const stopped = (one: 'cancelled' | readonly ReturnType<typeof scanOf>[]) =>
    afterStopping(
      state,
      new Map([
        ['1', one],
        ['2', 'cancelled' as const],
      ]),
      AT,
    );

  test('given the carrier cancels, the parcel has failed and may be sent later, under a number of its own', () => {
    const { state: now, say, tooLate } = stopped('cancelled');
    expect(now.shipments).toMatchObject([
      { status: 'failed', code: 'payment_unsecured', elsewhere: true },
      { status: 'failed', code: 'payment_unsecured', elsewhere: true },
    ]);
    expect(typesOf(say)).toEqual(['shipment.failed payment_unsecured', 'shipment.failed payment_unsecured']);
    expect(say[0]?.data).toMatchObject({ dispatched: false, elsewhere: true, returned: false });
    expect(tooLate).toEqual([]);
  });

  test('given it has left, that is published at once', () => {
    const { state: now, say, tooLate } = stopped([scanOf('picked_up')]);
    expect(now.shipments.map(({ status }) => status)).toEqual(['dispatched', 'failed']);
    expect(typesOf(say)).toEqual(['shipment.dispatched', 'shipment.failed payment_unsecured']);
    expect(tooLate).toEqual(['1']);
  });

  test('given the carrier has it and has not scanned it, its scan is awaited', () => {
    const { state: now, tooLate } = stopped([]);
    expect(now.shipments.map(({ status }) => status)).toEqual(['created', 'failed']);
    expect(tooLate).toEqual(['1']);
  });

  test('given no answer about a parcel, it is an error, not a guess', () => {
    expect(() => afterStopping(state, new Map(), AT)).toThrow(TypeError);
  });
});

describe('a cancellation of parcels that wait for payment', () => {
  const how = { reason: 'changed my mind', asked: true, open: true, askAt: new Date(hours(1)) };
  const none = new Map();

  test('is answered once nobody may be making them: while payment is awaited somebody may', () => {
    const state = after([first.reserved], payment('awaited', 0));
    expect(mayHaveMore(state)).toBe(true);
    const waits = afterCancelling(state, none, how, AT);
    expect(waits).toMatchObject({ state: { status: 'cancelling', shipments: [first.reserved] }, say: [] });
    const done = afterCancelling(waits.state, none, { ...how, open: false }, AT);
    expect(done.state).toMatchObject({ status: 'cancelled', shipments: [{ status: 'cancelled' }] });
    expect(typesOf(done.say)).toEqual(['shipment.cancelled']);
  });

  test('is answered at once where the order is unsecured', () => {
    expect(mayHaveMore(after([first.reserved, second.failed], payment('unsecured')))).toBe(false);
    expect(mayHaveMore(after([second.failed], payment('secured')))).toBe(true);
  });

  test('says each of them on its own where another parcel has left', () => {
    const { state, say } = afterCancelling(
      after([first.reserved, second.dispatched], payment('unsecured')),
      none,
      how,
      AT,
    );
    expect(state.status).toBe('partially_cancelled');
    expect(state.shipments.map(({ status }) => status)).toEqual(['cancelled', 'dispatched']);
    expect(typesOf(say)).toEqual(['shipment.failed cancelled']);
  });
});

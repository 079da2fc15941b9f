import { describe, expect, test } from 'vitest';
import { afterCancelling, mayHaveMore } from './decide-cancellation.ts';
import { afterStopping, decideOnWord } from './decide-payment-word.ts';
import type { Shipment, Word } from './order-shipments.ts';
import {
  AT,
  calledOff,
  cancelling,
  everyConfirmed,
  hours,
  inHamburg,
  scanOf,
  shipmentsOf,
  shipping,
  toCallOff,
  told,
  unconfirmed,
} from './testing/states.ts';

const first = shipmentsOf();
const second = shipmentsOf(inHamburg());
const word = (status: Word['status'], version = 1): Word => ({ status, version });
const after = (shipments: Shipment[], payment: Word) => ({ ...shipping(shipments), payment });
const SAID = ['secured', 'unsecured'] as const;

describe("when payment's word comes", () => {
  test.each(SAID)('%s: given the order is not confirmed here, it is noted', (status) => {
    expect(decideOnWord(null, word(status))).toEqual({ kind: 'note', state: unconfirmed(status) });
    const next = { kind: 'note', state: unconfirmed(status, 2) };
    expect(decideOnWord(unconfirmed('unsecured'), word(status, 2))).toEqual(next);
    expect(decideOnWord(unconfirmed('secured', 3), word(status, 2)).kind).toBe('nothing');
  });

  test('secured: given parcels wait for it, they ship', () => {
    const state = after([first.reserved, second.created], word('awaited', 0));
    expect(decideOnWord(state, word('secured'))).toEqual({
      kind: 'ship',
      state: { ...state, payment: word('secured') },
      parcels: [first.reserved],
    });
  });

  test('secured: given none waits, it is noted', () => {
    const state = after([first.failed], word('unsecured'));
    expect(decideOnWord(state, word('secured', 2))).toEqual({
      kind: 'note',
      state: { ...state, payment: word('secured', 2) },
    });
  });

  test('unsecured: given the order ships, or waits, it is stopped; also one that ships since before payment was asked', () => {
    const known = [
      shipping([first.created]),
      after([first.created], word('secured')),
      after([first.reserved], word('awaited', 0)),
    ];
    for (const state of known) {
      const next = { ...state, payment: word('unsecured', 2) };
      expect(decideOnWord(state, word('unsecured', 2))).toEqual({ kind: 'stop', state: next });
    }
  });

  test.each(SAID)('%s: given payment has said something else since, it is passed over', (status) => {
    for (const later of SAID) {
      const state = after([first.reserved], word(later, 2));
      expect(decideOnWord(state, word(status, 1))).toMatchObject({ kind: 'pass_over', state });
      expect(decideOnWord(state, word(status, 2))).toMatchObject({ kind: 'pass_over', state });
    }
  });

  test.each(SAID)('%s: given the order is being cancelled and parcels wait for it, they are called off', (status) => {
    const state = { ...cancelling(first.reserved), payment: word('awaited', 0) };
    expect(decideOnWord(state, word(status))).toEqual({ kind: 'call_off', state: { ...state, payment: word(status) } });
    expect(decideOnWord(cancelling(first.cancelled), word(status)).kind).toBe('nothing');
  });

  test.each(SAID)('%s: given the order is over, nothing ships', (status) => {
    expect(decideOnWord(calledOff, word(status)).kind).toBe('nothing');
    expect(decideOnWord(toCallOff, word(status)).kind).toBe('nothing');
    expect(decideOnWord(everyConfirmed.cancelled, word(status)).kind).toBe('pass_over');
    expect(decideOnWord(everyConfirmed.curtailed, word(status)).kind).toBe('pass_over');
  });
});

describe('when an order that is not paid is stopped', () => {
  const state = after([first.created, second.created], word('unsecured'));
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
    expect(told(say)).toEqual(['shipment.failed payment_unsecured', 'shipment.failed payment_unsecured']);
    expect(say[0]?.data).toMatchObject({ dispatched: false, elsewhere: true, returned: false });
    expect(tooLate).toEqual([]);
  });

  test('given it has left, that is said at once', () => {
    const { state: now, say, tooLate } = stopped([scanOf('picked_up')]);
    expect(now.shipments.map(({ status }) => status)).toEqual(['dispatched', 'failed']);
    expect(told(say)).toEqual(['shipment.dispatched', 'shipment.failed payment_unsecured']);
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
    const state = after([first.reserved], word('awaited', 0));
    expect(mayHaveMore(state)).toBe(true);
    const waits = afterCancelling(state, none, how, AT);
    expect(waits).toMatchObject({ state: { status: 'cancelling', shipments: [first.reserved] }, say: [] });
    const done = afterCancelling(waits.state, none, { ...how, open: false }, AT);
    expect(done.state).toMatchObject({ status: 'cancelled', shipments: [{ status: 'cancelled' }] });
    expect(told(done.say)).toEqual(['shipment.cancelled']);
  });

  test('is answered at once where payment does not vouch', () => {
    expect(mayHaveMore(after([first.reserved, second.failed], word('unsecured')))).toBe(false);
    expect(mayHaveMore(after([second.failed], word('secured')))).toBe(true);
  });

  test('says each of them on its own where another parcel has left', () => {
    const { state, say } = afterCancelling(
      after([first.reserved, second.dispatched], word('unsecured')),
      none,
      how,
      AT,
    );
    expect(state.status).toBe('curtailed');
    expect(state.shipments.map(({ status }) => status)).toEqual(['cancelled', 'dispatched']);
    expect(told(say)).toEqual(['shipment.failed cancelled']);
  });
});

import { describe, expect, test } from 'vitest';
import {
  type Payment,
  whenCancelled,
  whenDispatched,
  whenPlaced,
  whenRejected,
  whenReserved,
} from './decide-payment.ts';

const amount = { amount: 4_200, currency: 'EUR' };
const purchase = { amount, paymentMethod: 'pm_card_visa' };
const states = {
  awaiting_stock: { status: 'awaiting_stock', ...purchase },
  awaiting_order: { status: 'awaiting_order' },
  authorized: { status: 'authorized', amount, intentId: 'pi_1', captureBefore: '2026-01-08T12:00:00.000Z' },
  declined: { status: 'declined', amount, code: 'generic_decline' },
  captured: { status: 'captured', amount, intentId: 'pi_1' },
  voided: { status: 'voided', amount, intentId: 'pi_1', reason: 'changed my mind' },
  not_needed: { status: 'not_needed', reason: 'out of stock' },
} as const satisfies { [Status in Payment['status']]: Extract<Payment, { status: Status }> };

type Name = keyof typeof states | 'unknown';
const named = (name: Name): Payment | null => (name === 'unknown' ? null : states[name]);
const names: Name[] = ['unknown', ...(Object.keys(states) as (keyof typeof states)[])];
const except = (...handled: Name[]) => names.filter((name) => !handled.includes(name));

describe('when the order is placed', () => {
  test('and nothing is known, the payment waits for stock', () => {
    expect(whenPlaced(null, purchase, false)).toEqual({ next: 'become', state: states.awaiting_stock });
  });

  test('and stock is held already, the card is authorised', () => {
    expect(whenPlaced(states.awaiting_order, purchase, false)).toEqual({ next: 'authorise', purchase });
    expect(whenPlaced(states.awaiting_order, purchase, true)).toEqual({ next: 'authorise', purchase });
  });

  test.each(except('unknown', 'awaiting_order'))('and the payment is %s, nothing happens the first time', (name) => {
    expect(whenPlaced(named(name), purchase, false).next).toBe('nothing');
  });

  test('again after a try, and the order has ended meanwhile, what the try got is given back', () => {
    expect(whenPlaced(states.not_needed, purchase, true)).toEqual({ next: 'give_back', reason: 'out of stock' });
  });
});

describe('when stock is held', () => {
  test('and nothing is known, the payment waits for the order', () => {
    expect(whenReserved(null, false)).toEqual({ next: 'become', state: states.awaiting_order });
  });

  test('and the order is known, its card is authorised for its total', () => {
    expect(whenReserved(states.awaiting_stock, false)).toEqual({ next: 'authorise', purchase });
  });

  test.each(except('unknown', 'awaiting_stock'))('and the payment is %s, nothing happens the first time', (name) => {
    expect(whenReserved(named(name), false).next).toBe('nothing');
  });

  test.each(except('unknown', 'awaiting_stock', 'not_needed'))(
    'again, and the payment is %s, nothing happens',
    (name) => {
      expect(whenReserved(named(name), true).next).toBe('nothing');
    },
  );

  test('again after a try, and the order has ended meanwhile, what the try got is given back', () => {
    expect(whenReserved(states.not_needed, true)).toEqual({ next: 'give_back', reason: 'out of stock' });
  });
});

describe('when stock is short', () => {
  test.each(['unknown', 'awaiting_stock', 'awaiting_order'] as const)(
    'and the payment is %s, none is needed',
    (name) => {
      expect(whenRejected(named(name))).toEqual({ next: 'become', state: states.not_needed });
    },
  );

  test.each(except('unknown', 'awaiting_stock', 'awaiting_order'))('and the payment is %s, it stays', (name) => {
    expect(whenRejected(named(name)).next).toBe('nothing');
  });
});

describe('when the parcel leaves', () => {
  test('the authorised amount is captured', () => {
    expect(whenDispatched(states.authorized)).toEqual({ next: 'capture', intentId: 'pi_1', amount });
  });

  test.each(['unknown', 'awaiting_stock', 'awaiting_order'] as const)(
    'and the payment is %s, it is too early',
    (name) => {
      expect(whenDispatched(named(name)).next).toBe('wait');
    },
  );

  test('and the payment is captured, nothing happens', () => {
    expect(whenDispatched(states.captured).next).toBe('nothing');
  });

  test.each(['declined', 'voided', 'not_needed'] as const)('and the payment is %s, people must look', (name) => {
    expect(whenDispatched(named(name))).toEqual({
      next: 'alarm',
      why: `a parcel left although its payment is ${name}`,
    });
  });
});

describe('when the order is cancelled', () => {
  const reason = 'changed my mind';

  test('before anything is known, a tombstone stays', () => {
    expect(whenCancelled(null, reason)).toEqual({ next: 'become', state: { status: 'not_needed', reason } });
  });

  test.each(['awaiting_stock', 'awaiting_order'] as const)(
    'and the payment is %s, it is closed after a look',
    (name) => {
      expect(whenCancelled(named(name), reason)).toEqual({ next: 'look_and_close' });
    },
  );

  test('and the payment is authorised, it is voided', () => {
    expect(whenCancelled(states.authorized, reason)).toEqual({ next: 'void', intentId: 'pi_1', amount });
  });

  test('and the payment is captured, it stays, and somebody is told', () => {
    expect(whenCancelled(states.captured, reason)).toMatchObject({ next: 'nothing', alarming: true });
  });

  test.each(['declined', 'voided', 'not_needed'] as const)('and the payment is %s, it stays', (name) => {
    expect(whenCancelled(named(name), reason)).toMatchObject({ next: 'nothing', alarming: false });
  });
});

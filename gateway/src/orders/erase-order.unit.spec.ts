import { ERASED, ERASED_CONTACT, erasedAddress } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { describe, expect, test } from 'vitest';
import { after, NOW, orderState, parcel } from '../testing/order-state.ts';
import { decideErase } from './commands/decide-erase.ts';
import { eraseOrder, whyUnderWay } from './erase-order.ts';
import type { OrderState } from './order-state.ts';

const MARK = 'Zaphod';
const lines = [{ sku: 'MUG', quantity: 1 }];
const refund = {
  ...{ refundId: '0f0f0f0f-0000-4000-8000-000000000001', amount: eur(100), lines, restock: false, at: after(0) },
  ...{ reason: `${MARK} was nice`, status: 'succeeded' as const },
};
const returned = {
  ...{ returnId: '0f0f0f0f-0000-4000-8000-000000000002', lines, at: after(0), status: 'received' as const },
  reason: `${MARK} wants it no more`,
};
const entry = (type: string, text: string) => ({ eventId: type, type, source: '/gateway', at: after(0), text });

/** Delivered and paid, with the mark wherever people write or are named. */
const ended = (over: Partial<OrderState> = {}) =>
  orderState({
    ...{ status: 'delivered', payment: 'partially_refunded', shipment: 'delivered', captured: eur(6_545) },
    ...{
      customerId: MARK,
      placedAs: MARK,
      vatId: MARK,
      reason: `${MARK} said so`,
      bodyHash: MARK,
      searchedEmail: MARK,
    },
    address: { name: MARK, line1: MARK, postalCode: '10115', city: MARK, country: 'AT' },
    billingAddress: { name: MARK, line1: MARK, postalCode: '10115', city: MARK, country: 'AT' },
    contact: { email: `${MARK}@example.com`, phone: '+4915112345678' },
    buyer: [`mailbox:${MARK}`],
    declinedBy: [`mailbox:${MARK}`],
    parcels: [parcel({ status: 'delivered' }), parcel({ parcelId: '2', status: 'cancelled', reason: MARK })],
    refunds: [refund],
    returns: [returned],
    notes: [{ noteId: refund.refundId, text: MARK, by: 'staff:sam', at: after(0) }],
    settled: [
      {
        settleId: refund.refundId,
        kind: 'return',
        cause: 'x',
        text: MARK,
        reason: MARK,
        by: 'staff:sam',
        at: after(0),
      },
    ],
    edits: [
      {
        ...{ editId: refund.refundId, actor: 'customer', reason: MARK, status: 'refused', refusal: MARK, at: after(0) },
        address: { name: MARK, line1: MARK, postalCode: '10115', city: MARK, country: 'AT' },
      },
    ],
    cancel: { cancelId: refund.refundId, stage: 'pending', actor: 'customer', reason: MARK, at: after(0) },
    timeline: [entry('order.placed', 'The order was placed'), entry('order.cancel_requested', `You asked: ${MARK}`)],
    ...over,
  });

const REFUND_OPEN = { refunds: [{ ...refund, status: 'requested' as const }] };
const RETURN_OPEN = { returns: [{ ...returned, status: 'created' as const }] };
const DISPUTE = { disputeId: 'du_1', amount: eur(1), reason: 'fraudulent', status: 'open', withdrawn: false } as const;

describe('an order that was erased', () => {
  const erased = eraseOrder(ended());

  test('tells nobody’s name, address, contact or words', () => {
    expect(JSON.stringify(erased)).not.toMatch(new RegExp(`${MARK}|15112345678|10115`));
    expect(erased).toMatchObject({
      customerId: ERASED,
      address: erasedAddress({ country: 'AT' }),
      contact: ERASED_CONTACT,
    });
  });

  test('tells what was bought for how much, and what became of it', () => {
    const { status, payment, lines: bought, total, refunds, timeline } = erased;
    expect({ status, payment, bought, total }).toEqual({
      ...{ status: 'delivered', payment: 'partially_refunded', total: eur(6_545) },
      bought: ended().lines,
    });
    expect(refunds).toMatchObject([{ amount: eur(100), status: 'succeeded', reason: ERASED }]);
    expect(timeline.map(({ text }) => text)).toEqual(['The order was placed', 'You asked']);
  });

  test('stays as it is when it is erased again', () => {
    expect(eraseOrder(erased)).toEqual(erased);
  });
});

describe('erasing', () => {
  const decide = (order: OrderState) => decideErase(order, { actor: 'staff', now: NOW });

  test('names each field that goes, and is said, once', () => {
    const decided = decide(ended());
    expect(decided).toMatchObject({ say: [{ type: 'order.erased', data: { actor: 'staff' } }] });
    expect(decided).toHaveProperty('change.vatId', undefined);
    expect(decided).toHaveProperty('change.erased', { at: NOW.toISOString() });
    expect(decide(ended({ erased: { at: after(-1) } }))).toEqual({});
  });

  test.each([
    ['pending', { status: 'pending', payment: 'authorizing' }],
    ['confirmed', { status: 'confirmed' }],
    ['cancelling', { status: 'cancelling' }],
    ['shipped', { status: 'shipped' }],
    ['cancelled, with a parcel on its way', { status: 'cancelled', parcels: [parcel({ status: 'dispatched' })] }],
    ['cancelled, and not voided yet', { status: 'cancelled', payment: 'authorized' }],
    ['delivered, with a refund under way', REFUND_OPEN],
    ['delivered, with a return under way', RETURN_OPEN],
    ['disputed', { disputes: [DISPUTE] }],
    ['for staff to look at', { attention: 'look' }],
  ] as const)('waits for the end of an order that is %s', (_, over) => {
    const order = ended(over as Partial<OrderState>);
    expect(decide(order)).toMatchObject({ refused: 'ORDERS_UNDER_WAY', message: `The order ${whyUnderWay(order)}` });
  });

  test.each(['delivered', 'cancelled', 'rejected', 'expired', 'payment_failed'] as const)(
    'is for orders that are %s',
    (status) => {
      expect(whyUnderWay(ended({ status }))).toBeUndefined();
    },
  );
});

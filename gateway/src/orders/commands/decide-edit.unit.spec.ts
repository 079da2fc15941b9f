import type { OrderEdit } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { describe, expect, test } from 'vitest';
import { NOW, orderState, parcel } from '../../testing/order-state.ts';
import { ADDRESS } from '../../testing/orders.ts';
import type { OrderState } from '../order-state.ts';
import { isRefused } from './command.ts';
import { decideMove, decideTakeOut } from './decide-edit.ts';
import { decideRefund } from './decide-refund.ts';

const [ONE, TWO] = ['01a204cb-b25e-7e7a-9b23-8211823ed001', '01a204cb-b25e-7e7a-9b23-8211823ed002'] as const;
const by = { editId: ONE, actor: 'customer', reason: 'Not wanted', now: NOW } as const;
const inTwo = [parcel(), parcel({ parcelId: '2', lines: [{ sku: 'VASE', quantity: 1 }] })];
const confirmed = (over: Partial<OrderState> = {}) =>
  orderState({ status: 'confirmed', payment: 'authorized', parcels: inTwo, ...over });
const vase = [{ sku: 'VASE', quantity: 1 }];
const mugs = (quantity: number) => [{ sku: 'MUG', quantity }];
const takeOut = (order: OrderState, lines = vase, over: Partial<typeof by> | { editId: string } = {}) =>
  decideTakeOut(order, { ...by, ...over, lines });
const asked = (over: Partial<OrderEdit> = {}): OrderEdit => ({
  ...{ editId: ONE, actor: 'customer', reason: 'Not wanted', status: 'requested', at: NOW.toISOString() },
  ...over,
});
const accepted = (decided: ReturnType<typeof decideTakeOut>) => {
  if (isRefused(decided)) throw new Error(decided.message);
  return decided;
};

describe('lines are taken out', () => {
  test('of a confirmed order once delivery has answered: it is only asked for', () => {
    const { change, say } = accepted(takeOut(confirmed()));
    expect(change).toEqual({ edits: [asked({ lines: [{ sku: 'VASE', quantity: 1, name: 'Vase' }] })] });
    expect(say).toMatchObject([{ type: 'order.edit_requested', data: { editId: ONE, lines: [{ name: 'Vase' }] } }]);
  });

  test('of a pending order at once: what is left costs what it did, and so does shipping', () => {
    const { change, say } = accepted(takeOut({ ...confirmed(), status: 'pending' }));
    expect(change).toMatchObject({
      lines: [{ sku: 'MUG', quantity: 2, unitGross: eur(1_190), gross: eur(2_380) }],
      ...{ subtotal: eur(2_000), shipping: eur(500), tax: eur(475), total: eur(2_975) },
      parcels: [
        { parcelId: '1', status: 'reserved' },
        { parcelId: '2', status: 'emptied' },
      ],
      edits: [{ status: 'done', total: eur(2_975), before: { total: eur(6_545) } }],
    });
    expect(say).toMatchObject([
      { type: 'order.edited', data: { version: 1, total: eur(2_975), taken: [{ parcelId: '2', lines: vase }] } },
    ]);
  });

  test('once for each key, and a key that was used for something else is refused', () => {
    const order = { ...confirmed(), ...accepted(takeOut(confirmed(), mugs(1))).change };
    expect(takeOut(order, mugs(1))).toEqual({});
    expect(takeOut(order, mugs(2))).toMatchObject({ refused: 'IDEMPOTENCY_MISMATCH', field: 'idempotencyKey' });
    expect(accepted(takeOut(order, mugs(1), { editId: TWO })).say).toHaveLength(1);
  });

  test('that are out already, or about to be, are as the command wants them', () => {
    const order = { ...confirmed(), ...accepted(takeOut(confirmed())).change };
    expect(takeOut(order, vase, { editId: TWO })).toEqual({});
  });

  const left = [parcel({ status: 'dispatched' }), inTwo[1] as (typeof inTwo)[number]];
  test.each([
    ['that it never had', confirmed(), [{ sku: 'LAMP', quantity: 1 }], 'UNKNOWN_LINE', 'lines.0.sku'],
    ['more of one than it has', confirmed(), mugs(3), 'INVALID_INPUT', 'lines.0.quantity'],
    ['all that is left', confirmed(), [...mugs(2), ...vase], 'NOTHING_WOULD_BE_LEFT', 'lines'],
    [
      'in a parcel that has left',
      confirmed({ status: 'shipped', parcels: left }),
      mugs(1),
      'TOO_LATE_TO_EDIT',
      'lines.0.quantity',
    ],
    ['after it arrived', confirmed({ status: 'delivered' }), vase, 'TOO_LATE_TO_EDIT', 'orderId'],
    ['while it is cancelled', confirmed({ status: 'cancelling' }), vase, 'ALREADY_ENDED', 'orderId'],
    ['before its parcels are known', orderState(), vase, 'NOT_EDITABLE_YET', 'orderId'],
  ] as const)('%s: refused by name', (_, order, lines, reason, field) => {
    expect(takeOut(order, [...lines])).toMatchObject({ refused: reason, field });
  });

  test('of another parcel while one has left', () => {
    expect(accepted(takeOut(confirmed({ status: 'shipped', parcels: left }))).say).toHaveLength(1);
  });

  test('by a refund of lines before anything was charged: the amount is what less is charged', () => {
    const refund = { refundId: ONE, lines: vase, restock: false, reason: 'broken on the shelf' };
    const decided = decideRefund(confirmed(), refund, NOW);
    expect(decided).toMatchObject({
      amount: eur(3_570),
      say: [{ type: 'order.edit_requested', data: { editId: ONE, actor: 'staff', reason: 'broken on the shelf' } }],
    });
    const order = { ...confirmed(), ...(isRefused(decided) ? {} : decided.change) };
    expect(decideRefund(order, refund, NOW)).toEqual({ refundId: ONE, amount: eur(3_570) });
    expect(decideRefund(order, { ...refund, lines: mugs(1) }, NOW)).toMatchObject({
      refused: 'CONFLICT',
      field: 'refundId',
    });
    expect(decideRefund(confirmed(), { ...refund, lines: undefined }, NOW)).toMatchObject({ refused: 'NOT_CAPTURED' });
  });
});

describe('the address is changed', () => {
  const there = { ...ADDRESS, line1: 'Richtige Straße 2' };
  const move = (order: OrderState, address = there, editId: string = ONE) =>
    decideMove(order, { ...by, editId, address });

  test('of a confirmed order once delivery has answered, and one change at a time', () => {
    const { change, say } = accepted(move(confirmed()));
    expect(say).toMatchObject([{ type: 'order.edit_requested', data: { address: there } }]);
    const order = { ...confirmed(), ...change };
    expect(move(order)).toEqual({});
    expect(move(order, { ...there, line1: 'Andere 3' }, TWO)).toMatchObject({ refused: 'EDIT_UNDER_WAY' });
  });

  test('to a country with less tax: the order costs less', () => {
    const dear = { address: { ...ADDRESS, country: 'FI' }, shipping: eur(990), tax: eur(1_527), total: eur(7_517) };
    const { change, say } = accepted(move(orderState({ ...dear, parcels: inTwo })));
    expect(change).toMatchObject({ address: there, shipping: eur(490), total: eur(6_533), taxBasisPoints: 1_900 });
    expect(say).toMatchObject([{ type: 'order.edited', data: { addressChanged: true, version: 1 } }]);
  });

  test.each([
    ['to a dearer country', confirmed(), { ...there, country: 'FI' }, 'TOTAL_WOULD_RISE', 'address.country'],
    ['where we do not go', confirmed(), { ...there, country: 'JP' }, 'UNSUPPORTED_COUNTRY', 'address.country'],
    [
      'once a parcel has left',
      confirmed({ parcels: [parcel({ status: 'dispatched' })] }),
      there,
      'TOO_LATE_TO_EDIT',
      'orderId',
    ],
    ['of a delivered order', confirmed({ status: 'delivered' }), there, 'TOO_LATE_TO_EDIT', 'orderId'],
  ] as const)('%s: refused by name', (_, order, address, reason, field) => {
    expect(move(order, address)).toMatchObject({ refused: reason, field });
  });
});

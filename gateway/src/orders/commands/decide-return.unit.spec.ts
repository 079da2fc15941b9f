import { money, type OrderRefund, type OrderReturn, orderStatusSchema, parcelStatusSchema } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { after, NOW, orderState, parcel } from '../../testing/order-state.ts';
import { decideReturn, returnable } from './decide-return.ts';

const DAY = 86_400;
const returnId = '019a8f5e-7f3c-7c57-9a53-6f2f6f1b7c58';
const mugs = (quantity: number) => [{ sku: 'MUG', quantity }];
const deliveredAt = (at: string) => [
  { eventId: 'e1', type: 'shipment.delivered', source: '/delivery', at, text: 'Delivered' },
];
const delivered = (over: Parameters<typeof orderState>[0] = {}) =>
  orderState({
    status: 'delivered',
    timeline: deliveredAt(after(-DAY)),
    parcels: [
      parcel({ status: 'delivered' }),
      parcel({ parcelId: '2', status: 'delivered', lines: [{ sku: 'VASE', quantity: 1 }] }),
    ],
    ...over,
  });
const decide = (order: ReturnType<typeof orderState>, lines = mugs(1), over: object = {}) =>
  decideReturn(order, { returnId, lines, reason: 'Broken', windowDays: 30, now: NOW, ...over });
const aReturn = (lines: OrderReturn['lines'], status: OrderReturn['status'], reason = 'Broken'): OrderReturn => ({
  returnId: '019a8f5e-0000-7c57-9a53-6f2f6f1b7c58',
  lines,
  reason,
  status,
  at: after(-60),
});
const aRefund = (lines: OrderRefund['lines'], status: OrderRefund['status'] = 'succeeded'): OrderRefund => ({
  refundId: '019a8f5e-1111-7c57-9a53-6f2f6f1b7c58',
  amount: money(1, 'EUR'),
  lines,
  restock: false,
  reason: 'Late',
  status,
  at: after(-60),
});

const accepted = {
  returnId,
  change: { returns: [{ returnId, lines: mugs(1), reason: 'Broken', status: 'requested', at: after(0) }] },
  say: [{ type: 'order.return_requested', data: { returnId, lines: mugs(1), reason: 'Broken' } }],
};

test.each(orderStatusSchema.options)('an order that is %s, with a parcel that was delivered', (status) => {
  const possible = status === 'delivered' || status === 'shipped';
  expect(decide(delivered({ status }))).toMatchObject(
    possible ? accepted : { refused: 'NOT_RETURNABLE', field: 'orderId' },
  );
});

test.each(parcelStatusSchema.options)('an order of which one parcel was delivered, and another one is %s', (status) => {
  const parcels = [
    parcel({ status: 'delivered', lines: mugs(1) }),
    parcel({ parcelId: '2', status, lines: [{ sku: 'VASE', quantity: 1 }] }),
  ];
  const order = delivered({ status: 'shipped', parcels });
  expect(decide(order)).toMatchObject(accepted);
  expect(decide(order, [{ sku: 'VASE', quantity: 1 }])).toMatchObject(
    status === 'delivered' ? { returnId } : { refused: 'NOT_RETURNABLE', field: 'lines.0.quantity' },
  );
});

test.each(parcelStatusSchema.options.filter((status) => status !== 'delivered'))(
  'an order whose only parcel is %s',
  (status) => {
    const order = delivered({ status: 'shipped', parcels: [parcel({ status })] });
    expect(decide(order)).toMatchObject({ refused: 'NOT_RETURNABLE', field: 'orderId' });
  },
);

describe('what can be returned', () => {
  test.each(parcelStatusSchema.options)('of a parcel that is %s', (status) => {
    const parcels = [parcel({ status })];
    expect(returnable(delivered({ parcels })).get('MUG')).toBe(status === 'delivered' ? 2 : 0);
  });

  test.each([
    ['requested', 1],
    ['created', 1],
    ['received', 1],
    ['failed', 2],
  ] as const)('beside a return of one that is %s', (status, left) => {
    expect(returnable(delivered({ returns: [aReturn(mugs(1), status)] })).get('MUG')).toBe(left);
  });

  test('a return that was received and refunded counts once', () => {
    const order = delivered({ returns: [aReturn(mugs(1), 'received')], refunds: [aRefund(mugs(1))] });
    expect(returnable(order).get('MUG')).toBe(1);
  });

  test.each(['requested', 'succeeded', 'failed'] as const)(
    'of lines with a refund that is %s: money and goods move apart',
    (status) => {
      expect(returnable(delivered({ refunds: [aRefund(mugs(2), status)] })).get('MUG')).toBe(2);
      expect(decide(delivered({ refunds: [aRefund(mugs(2), status)] }), mugs(2))).toMatchObject({ returnId });
    },
  );

  test('what staff have put back on the shelf cannot come back again', () => {
    const refunds = [{ ...aRefund(mugs(1)), restock: true, cause: 'staff' as const }];
    expect(returnable(delivered({ refunds })).get('MUG')).toBe(1);
  });

  test('a lost parcel and its refund take nothing from one that arrived', () => {
    const parcels = [
      parcel({ status: 'lost', lines: mugs(1) }),
      parcel({ parcelId: '2', status: 'delivered', lines: mugs(1) }),
    ];
    expect(returnable(delivered({ parcels, refunds: [aRefund(mugs(1))] })).get('MUG')).toBe(1);
  });
});

describe('refused, naming the line', () => {
  test.each([
    ['more than arrived', mugs(3), 'NOT_RETURNABLE', 'lines.0.quantity'],
    ['more than arrived, over two lines', [...mugs(1), ...mugs(2)], 'NOT_RETURNABLE', 'lines.1.quantity'],
    ['a SKU of no line', [{ sku: 'LAMP', quantity: 1 }], 'UNKNOWN_LINE', 'lines.0.sku'],
  ])('%s', (_, lines, refused, field) => {
    expect(decide(delivered(), lines)).toMatchObject({ refused, field });
  });
});

describe('the same command again', () => {
  const known = { ...aReturn(mugs(1), 'created'), returnId };

  test.each(['requested', 'created', 'received', 'failed'] as const)(
    'under the same id, when the return is %s: the same return',
    (status) => {
      expect(decide(delivered({ returns: [{ ...known, status }] }))).toEqual({ returnId });
    },
  );

  test('under another id: two returns for the same words are two returns', () => {
    const order = delivered({ returns: [aReturn(mugs(1), 'created')] });
    expect(decide(order)).toMatchObject({ returnId, change: { returns: [{}, { returnId }] } });
  });

  test('under the same id with other words: refused', () => {
    expect(decide(delivered({ returns: [{ ...known, reason: 'Ugly' }] }))).toMatchObject({
      refused: 'CONFLICT',
      field: 'returnId',
    });
    expect(decide(delivered({ returns: [known] }), mugs(2))).toMatchObject({ refused: 'CONFLICT' });
  });

  test('a minute after the window has closed: the same return', () => {
    expect(decide(delivered({ returns: [known], timeline: deliveredAt(after(-31 * DAY)) }))).toEqual({ returnId });
  });
});

test.each([
  [30 * DAY, true],
  [30 * DAY + 1, false],
])('%i s after the last parcel was delivered: possible is %s', (seconds, possible) => {
  const decision = decide(delivered({ timeline: deliveredAt(after(-seconds)) }));
  expect(decision).toMatchObject(possible ? { returnId } : { refused: 'NOT_RETURNABLE', field: 'orderId' });
});

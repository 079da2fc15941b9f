import type { OrderRefund } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { describe, expect, test } from 'vitest';
import { NOW, orderState, parcel } from '../../testing/order-state.ts';
import type { OrderState } from '../order-state.ts';
import { isRefused } from './command.ts';
import { decideInspect } from './decide-inspect.ts';

const [ONE, TWO] = ['01a204cb-b25e-7e7a-9b23-8211823ed001', '01a204cb-b25e-7e7a-9b23-8211823ed002'] as const;
const RETURN = '01a204cb-b25e-7e7a-9b23-8211823ed0ae';
const lines = [{ sku: 'MUG', quantity: 2 }];
const sentBack = {
  returnId: RETURN,
  lines,
  reason: 'too small',
  status: 'received',
  warehouse: 'HAMBURG',
  at: '',
} as const;
const order = (over: Partial<OrderState> = {}) =>
  orderState({ status: 'delivered', parcels: [parcel({ status: 'delivered' })], returns: [sentBack], ...over });
const found = (over: { sellable?: number; damaged?: number; missing?: number } = {}) => [
  { sku: 'MUG', sellable: 0, damaged: 0, missing: 0, ...over },
];
const inspect = (state: OrderState, what = found({ sellable: 1, damaged: 1 }), over: object = {}) =>
  decideInspect(state, { inspectionId: ONE, returnId: RETURN, lines: what, by: 'staff:carol', now: NOW, ...over });
const after = (state: OrderState, decided: ReturnType<typeof inspect>): OrderState =>
  isRefused(decided) ? state : { ...state, ...decided.change };

describe('what came back', () => {
  test('is said with what is sellable, damaged and missing, where it arrived, and stays on the return', () => {
    expect(inspect(order())).toMatchObject({
      change: {
        returns: [{ returnId: RETURN, inspection: { inspectionId: ONE, lines: found({ sellable: 1, damaged: 1 }) } }],
      },
      say: [
        {
          type: 'return.inspected',
          data: {
            returnId: RETURN,
            warehouse: 'HAMBURG',
            lines: found({ sellable: 1, damaged: 1 }),
            by: 'staff:carol',
          },
        },
      ],
    });
  });

  test('is inspected once: the same again changes nothing, and anything else is refused', () => {
    const state = after(order(), inspect(order()));
    expect(inspect(state)).toEqual({});
    expect(inspect(state, found({ sellable: 2 }))).toMatchObject({ refused: 'CONFLICT', field: 'inspectionId' });
    expect(inspect(state, found({ sellable: 2 }), { inspectionId: TWO })).toMatchObject({
      refused: 'ALREADY_INSPECTED',
    });
  });

  test('whether or not its money went back before', () => {
    const refund: OrderRefund = {
      ...{ refundId: TWO, amount: eur(2_380), lines, restock: false, reason: 'sorry', cause: 'staff' },
      ...{ status: 'succeeded', at: '' },
    };
    expect(inspect(order({ refunds: [refund] }))).toMatchObject({ say: [{ type: 'return.inspected' }] });
    // A version before had it on the shelf with the return's own refund.
    expect(inspect(order({ refunds: [{ ...refund, restock: true, cause: 'returned' }] }))).toMatchObject({
      refused: 'ALREADY_INSPECTED',
    });
  });

  test('may be a parcel that could not be delivered', () => {
    const state = order({ returns: [], parcels: [parcel({ status: 'returned' })] });
    expect(inspect(state, found({ damaged: 2 }), { returnId: undefined, parcelId: '1' })).toMatchObject({
      change: { parcels: [{ inspection: { inspectionId: ONE } }] },
      say: [{ data: { parcelId: '1', warehouse: 'BERLIN' } }],
    });
  });

  test('without all that was sent is for staff to look at', () => {
    const { attentions } = after(order(), inspect(order(), found({ sellable: 1, missing: 1 })));
    expect(attentions).toMatchObject([{ kind: 'manual_review', text: 'A return came back without 1 MUG' }]);
  });

  const coming = { ...sentBack, status: 'created' as const };
  test.each([
    ['that is not known', order({ returns: [] }), found({ sellable: 2 }), 'UNKNOWN_RETURN', 'returnId'],
    ['that has not arrived', order({ returns: [coming] }), found({ sellable: 2 }), 'NOT_BACK_YET', 'returnId'],
    ['that does not add up', order(), found({ sellable: 2, damaged: 1 }), 'INVALID_INPUT', 'lines.0.sellable'],
    ['of something else', order(), [{ ...found({ sellable: 2 })[0], sku: 'POT' }], 'UNKNOWN_LINE', 'lines.0.sku'],
    ['said twice', order(), [...found({ sellable: 2 }), ...found({ sellable: 2 })], 'UNKNOWN_LINE', 'lines.1.sku'],
  ] as const)('%s: refused by name', (_, state, what, reason, field) => {
    expect(inspect(state, [...what] as ReturnType<typeof found>)).toMatchObject({ refused: reason, field });
  });
});

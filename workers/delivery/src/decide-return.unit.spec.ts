import type { Parcel } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { decideOnReturn, warehouseOf } from './decide-return.ts';
import type { ReturnStatus, Shipment, ShipmentStatus } from './order-shipments.ts';
import { cancelledEarly, partiallyCancelled, RETURN_ID, returns, shipmentsOf, shipping } from './testing/states.ts';

const OTHER_ID = '0192d3c4-0000-7000-8000-000000000002';
const TIME = '2026-03-10T12:00:00.000Z';
const requested = (...lines: { sku: string; quantity: number }[]) => ({
  time: TIME,
  data: { returnId: OTHER_ID, lines, reason: 'too red' },
});
const every = shipmentsOf();
const mugs = (quantity: number) => ({ sku: 'MUG-RED', quantity });

describe('when lines are to come back', () => {
  test('given nothing is known of the order, it waits', () => {
    expect(decideOnReturn(null, requested(mugs(1))).kind).toBe('wait');
  });

  test.each([shipping([every.delivered]), partiallyCancelled(every.delivered)])(
    'given they were delivered, they go back to the warehouse that sent them',
    (state) => {
      const decision = decideOnReturn(state, requested(mugs(2)));
      expect(decision).toEqual({
        ...{ kind: 'take_back', state, warehouse: 'BERLIN', number: 1 },
        request: { returnId: OTHER_ID, lines: [mugs(2)], requestedAt: TIME },
      });
    },
  );

  const notDelivered = Object.keys(every).filter((status) => status !== 'delivered') as ShipmentStatus[];
  test.each(notDelivered)('given the parcel is %s, the return has failed', (status) => {
    const decision = decideOnReturn(shipping([every[status]]), requested(mugs(1)));
    expect(decision).toMatchObject({
      kind: 'change',
      say: [{ data: { returnId: OTHER_ID, code: 'not_delivered', reason: expect.stringContaining('1 x MUG-RED') } }],
      state: { returns: [{ returnId: OTHER_ID, status: 'failed', number: 1 }] },
    });
  });

  test('given the order was cancelled before it was confirmed here, the return has failed', () => {
    const decision = decideOnReturn(cancelledEarly, requested(mugs(1)));
    expect(decision).toEqual({
      kind: 'change',
      state: cancelledEarly,
      say: [expect.objectContaining({ type: 'return.failed' })],
    });
  });

  test.each([
    ['more than were delivered', [mugs(3)]],
    ['more than were delivered, on two lines', [mugs(1), mugs(2)]],
    ['something else besides', [mugs(1), { sku: 'LAMP', quantity: 1 }]],
  ])('given they are %s, the return has failed', (_, lines) => {
    expect(decideOnReturn(shipping([every.delivered]), requested(...lines)).kind).toBe('change');
  });

  test.each(Object.keys(returns) as ReturnStatus[])(
    'given one of two is on its way back and %s, the other can come, and both only if that failed',
    (status) => {
      const state = shipping([every.delivered], [returns[status]]);
      expect(decideOnReturn(state, requested(mugs(1)))).toMatchObject({ kind: 'take_back', number: 2 });
      expect(decideOnReturn(state, requested(mugs(2))).kind).toBe(status === 'failed' ? 'take_back' : 'change');
    },
  );

  test('given the return is known, it is ignored', () => {
    const state = shipping([every.delivered], [returns.created]);
    expect(decideOnReturn(state, { time: TIME, data: { ...requested(mugs(1)).data, returnId: RETURN_ID } }).kind).toBe(
      'ignore',
    );
  });
});

describe('of several warehouses', () => {
  const sent = (parcelId: string, warehouse: string, ...lines: Parcel['lines']): Shipment =>
    shipmentsOf({ parcelId, warehouse, lines }).delivered;
  const clocks = (quantity: number) => ({ sku: 'CLOCK', quantity });

  test('the one that sent most of the units gets them', () => {
    const state = shipping([sent('1', 'BERLIN', mugs(5)), sent('2', 'HAMBURG', clocks(3))]);
    expect(warehouseOf(state, [mugs(1), clocks(2)])).toBe('HAMBURG');
    expect(warehouseOf(state, [mugs(3), clocks(2)])).toBe('BERLIN');
  });

  test('of equals the one of the parcel with the lowest number, however they are stored', () => {
    const parcels = [sent('10', 'HAMBURG', mugs(1)), sent('9', 'BERLIN', clocks(1))];
    expect(warehouseOf(shipping(parcels), [mugs(1), clocks(1)])).toBe('BERLIN');
    expect(warehouseOf(shipping(parcels.toReversed()), [mugs(1), clocks(1)])).toBe('BERLIN');
  });

  test('a parcel that was not delivered sent nothing', () => {
    const lost = shipmentsOf({ parcelId: '1', warehouse: 'BERLIN', lines: [mugs(9)] }).lost;
    expect(warehouseOf(shipping([lost, sent('2', 'HAMBURG', mugs(1))]), [mugs(2)])).toBe('HAMBURG');
    expect(warehouseOf(shipping([lost]), [mugs(1)])).toBeUndefined();
  });
});

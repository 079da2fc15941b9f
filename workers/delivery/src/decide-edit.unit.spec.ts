import { describe, expect, test } from 'vitest';
import { planEdit, withContent } from './decide-edit.ts';
import type { Shipment } from './order-shipments.ts';

const ADDRESS = { name: 'Ada', line1: 'Weg 1', postalCode: '10115', city: 'Berlin', country: 'DE' };
const MUGS = [{ sku: 'MUG', quantity: 2 }];
const parcel = {
  shipmentId: 'shp_1',
  carrier: 'P',
  trackingNumber: 'OF1',
  trackingUrl: 'http://c.test',
  eta: '2026-01-03T12:00:00.000Z',
};
const watch = { heardAt: '2026-01-01T12:00:00.000Z', askAt: '2026-01-04T12:00:00.000Z' };
const scan = { status: 'picked_up', scanAt: '2026-01-01T12:00:00.000Z' } as const;
const about = (parcelId: string, lines = MUGS) => ({ parcelId, warehouse: 'BERLIN', lines });
const created = (parcelId = '1'): Shipment => ({ ...about(parcelId), status: 'created', parcel, watch });
const reserved = (parcelId = '2'): Shipment => ({
  ...about(parcelId),
  status: 'reserved',
  readyAt: '2026-01-01T12:01:00.000Z',
});
const left = (parcelId = '1'): Shipment => ({ ...about(parcelId), status: 'dispatched', parcel, scan, watch });
const moving = (parcelId = '1'): Shipment => ({
  ...about(parcelId),
  status: 'failed',
  code: 'NO_PICKUP',
  reason: 'closed',
  elsewhere: true,
});
const mugs = (quantity: number) => ({ lines: [{ sku: 'MUG', quantity, name: 'Mug' }] });
const none = new Set<string>();

describe('lines are taken', () => {
  test('out of what the carrier does not have yet first', () => {
    expect(planEdit({ shipments: [created(), reserved()] }, mugs(3), none)).toMatchObject({
      kind: 'edit',
      taken: [
        { parcelId: '2', lines: MUGS },
        { parcelId: '1', lines: [{ sku: 'MUG', quantity: 1 }] },
      ],
    });
  });

  test('out of nothing that has left, or that the carrier would not give back', () => {
    const refused = { kind: 'refuse', refusal: { code: 'too_late' } };
    expect(planEdit({ shipments: [left()] }, mugs(1), none)).toMatchObject(refused);
    expect(planEdit({ shipments: [created()] }, mugs(1), new Set(['1']))).toMatchObject(refused);
    expect(planEdit({ shipments: [left(), reserved()] }, mugs(2), none)).toMatchObject({ taken: [{ parcelId: '2' }] });
  });

  test('once inventory has said what becomes of a parcel that cannot be sent', () => {
    expect(planEdit({ shipments: [moving()] }, mugs(1), none)).toEqual({ kind: 'wait' });
  });
});

test('the address of parcels is changed as long as none has left', () => {
  const to = { address: { ...ADDRESS, line1: 'Weg 2' } };
  expect(planEdit({ shipments: [created(), reserved()] }, to, none)).toMatchObject({ kind: 'edit', taken: [] });
  expect(planEdit({ shipments: [left(), reserved()] }, to, none)).toMatchObject({ kind: 'refuse' });
});

test('another content is another shipment, the same the same, and none is none', () => {
  const how = { editId: '01a204cb-b25e-7e7a-9b23-8211823ed0ed', address: ADDRESS, readyAt: '2026-01-01T13:00:00.000Z' };
  const one = created() as Parameters<typeof withContent>[0];
  const less = (quantity: number) => withContent(one, { ...how, taken: [about('1', [{ sku: 'MUG', quantity }])] });
  expect(less(1)).toMatchObject({ status: 'reserved', lines: [{ quantity: 1 }], readyAt: how.readyAt });
  expect(less(1)).toEqual(less(1));
  const moved = withContent(one, { ...how, taken: [], address: { ...ADDRESS, line1: 'Weg 2' } });
  const contents = [less(1), withContent(one, { ...how, taken: [] }), moved].map(({ content }) => content);
  expect(new Set(contents).size).toBe(3);
  expect(less(2)).toMatchObject({ status: 'replaced', by: [], lines: MUGS });
});

import { type ScanStatus, scanStatusSchema } from '@orderflow/contracts';
import { callFirst } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import type { AtCarrier } from './adapters/carrier.ts';
import { decideOnScan } from './decide-scan.ts';
import { followScans } from './evolve-shipments.ts';
import type { Confirmed, OrderShipments, ReturnStatus, Scan, Shipment, ShipmentStatus } from './order-shipments.ts';
import {
  AT,
  cancelled,
  cancelledEarly,
  cancelling,
  cancelPending,
  hours,
  inHamburg,
  labelOf,
  NOW,
  partiallyCancelled,
  RETURN_ID,
  returns,
  scanOf,
  shipmentsOf,
  shipping,
  typesOf,
} from './testing/states.ts';

const statuses = scanStatusSchema.options;
const every = shipmentsOf();
const label = { shipmentId: 'shp_1', carrier: 'Parcelway', trackingNumber: 'OF-shp_1' };
const about = { parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: 'MUG-RED', quantity: 2 }] };
const on = (state: OrderShipments | null, shipmentId: string, scan: Scan, there?: AtCarrier | null) =>
  decideOnScan(state, { orderId: 'o1', shipmentId, scan }, AT, there);
const changeOf = (decision: ReturnType<typeof on>) => {
  if (decision.kind !== 'change') throw new Error(decision.kind);
  return { ...decision, state: decision.state as Confirmed };
};
const onParcel = (shipment: Shipment, status: ScanStatus, at = 0) =>
  on(shipping([shipment]), 'shp_1', scanOf(status, at));
const atCarrier = (reference: string): AtCarrier => ({
  ...{ parcel: labelOf('shp_9'), reference, cancelled: false, scans: [] },
});
const heardNow = { heardAt: NOW.toISOString(), askAt: hours(72) };

describe('when the carrier scans a parcel', () => {
  test('given nothing is known of its order, the scan waits', () => {
    expect(on(null, 'shp_1', scanOf('picked_up')).kind).toBe('wait');
  });

  test('given the order is known and the shipment is not, the carrier is to say whose it is', () => {
    expect(on(shipping([every.created]), 'shp_9', scanOf('picked_up'))).toEqual(callFirst({ shipmentId: 'shp_9' }));
    expect(on(partiallyCancelled(every.dispatched), 'shp_9', scanOf('picked_up'))).toEqual(
      callFirst({ shipmentId: 'shp_9' }),
    );
  });

  test.each([
    ['before it was confirmed', cancelledEarly],
    ['as a whole', cancelled(every.cancelled)],
  ])('given the order was cancelled %s, the carrier is to say so too', (_, state) => {
    expect(on(state, 'shp_9', scanOf('picked_up'))).toEqual(callFirst({ shipmentId: 'shp_9' }));
  });

  test('given the order is to be cancelled, its confirmation comes first', () => {
    expect(on(cancelPending, 'shp_1', scanOf('picked_up')).kind).toBe('wait');
  });

  const other = shipmentsOf(inHamburg()).cancelled;
  test.each([
    ['cancelled', cancelled(every.cancelled, other), ['shipment.dispatched']],
    ['partially cancelled', partiallyCancelled(every.cancelled, other), ['shipment.dispatched']],
    [
      'being cancelled',
      cancelling(every.cancelled, other, shipmentsOf(inHamburg('3')).failed),
      ['shipment.dispatched', 'shipment.failed cancelled'],
    ],
  ])('given the parcel was cancelled and the order %s, it has left all the same', (_, state, say) => {
    const decision = changeOf(on(state, 'shp_1', scanOf('picked_up')));
    expect(typesOf(decision.say)).toEqual(say);
    expect(decision.state.status).toBe('partially_cancelled');
    expect(decision.state.shipments.slice(0, 2)).toMatchObject([{ status: 'dispatched' }, other]);
    expect(decision.state).not.toHaveProperty('askAt');
  });

  test('given a shipment of a parcel that was stopped or failed for good, that is the one which left', () => {
    const { parcel: _, ...neverThere } = every.cancelled;
    for (const one of [neverThere, every.cancelled, { ...every.failed, elsewhere: false }]) {
      expect(on(cancelled(one), 'shp_9', scanOf('picked_up'), atCarrier('o1.1'))).toMatchObject({
        kind: 'change',
        state: { status: 'partially_cancelled', shipments: [{ status: 'dispatched', parcel: labelOf('shp_9') }] },
      });
    }
  });

  test.each(['created', 'dispatched', 'delivered', 'failed', 'replaced'] as const)(
    'given another shipment of a %s parcel, it is not taken for it',
    (status) => {
      const state = shipping([every[status]]);
      expect(on(state, 'shp_9', scanOf('picked_up'), atCarrier('o1.1')).kind).toBe('flag');
    },
  );

  test('given a shipment of a parcel that is not stored, or not made yet, it waits', () => {
    expect(on(shipping([every.reserved]), 'shp_9', scanOf('picked_up'), atCarrier('o1.1')).kind).toBe('wait');
    expect(on(shipping([every.created]), 'shp_9', scanOf('picked_up'), atCarrier('o1.r1')).kind).toBe('wait');
    expect(on(cancelledEarly, 'shp_9', scanOf('picked_up'), atCarrier('o1.1')).kind).toBe('wait');
  });

  test('given a shipment of a parcel that an edit has made anew, and has not stored yet, it waits', () => {
    const anew = atCarrier('o1.1.e0d8a6f0f4b11abcd1234');
    expect(on(shipping([every.created]), 'shp_9', scanOf('picked_up'), anew).kind).toBe('wait');
    expect(on(shipping([every.dispatched]), 'shp_9', scanOf('picked_up'), anew).kind).toBe('flag');
  });

  test.each([null, atCarrier('o2.1')])('given a shipment that is not of the order, it is flagged', (there) => {
    expect(on(shipping([every.created]), 'shp_9', scanOf('picked_up'), there).kind).toBe('flag');
  });

  test.each(['picked_up', 'in_transit', 'out_for_delivery', 'delivery_failed'] as const)(
    'given it is created, %s says that it has left, and it is heard of',
    (status) => {
      const decision = onParcel(every.created, status);
      const { parcel } = every.created;
      const shipment = { ...about, status: 'dispatched', parcel, scan: scanOf(status, 0), watch: heardNow };
      expect(decision).toMatchObject({ kind: 'change', state: { shipments: [shipment] } });
      expect(decision).toMatchObject({
        say: [{ type: 'shipment.dispatched', data: { ...about, ...label, scanAt: hours(0) } }],
      });
    },
  );

  test.each([
    ['delivered', 'delivered', ['shipment.delivered']],
    ['lost', 'lost', ['shipment.failed lost']],
    ['returned_to_sender', 'returned', ['shipment.failed returned_to_sender']],
  ] as const)('%s ends it as %s, and says first that it has left where that is news', (scan, status, say) => {
    for (const [shipment, first] of [
      [every.created, ['shipment.dispatched']],
      [every.dispatched, []],
    ] as const) {
      const decision = changeOf(onParcel(shipment, scan));
      expect(typesOf(decision.say)).toEqual([...first, ...say]);
      expect(decision.state.shipments[0]).toEqual({
        ...about,
        status,
        parcel: shipment.parcel,
        scan: scanOf(scan, 0),
      });
    }
  });

  test.each([
    ['lost', false],
    ['returned_to_sender', true],
  ] as const)(
    'the fact of a parcel that was %s says that it had left, and whether its goods are back',
    (scan, returned) => {
      expect(onParcel(every.dispatched, scan)).toMatchObject({
        say: [{ data: { ...about, code: scan, dispatched: true, elsewhere: false, returned } }],
      });
    },
  );

  const turnsUp = (end: string, scan: ScanStatus) =>
    end === 'lost' && (scan === 'delivered' || scan === 'returned_to_sender');
  const ends = ['delivered', 'lost', 'returned'] as const;
  const final = ends.flatMap((end) => statuses.map((scan) => [end, scan] as const));
  test.each(final.filter(([end, scan]) => !turnsUp(end, scan)))(
    'given it is %s, %s changes nothing any more; a later one contradicts',
    (end, scan) => {
      const contradicts = every[end].scan.status !== scan;
      expect(onParcel(every[end], scan)).toMatchObject({ kind: 'ignored', contradicts });
      expect(onParcel(every[end], scan, -2)).toMatchObject({ kind: 'ignored', contradicts: false });
    },
  );

  test.each([
    ['delivered', 'delivered', ['shipment.delivered']],
    ['returned_to_sender', 'returned', ['shipment.failed returned_to_sender']],
  ] as const)('given it was lost and turns up, %s is published, unless that was before', (scan, status, say) => {
    const decision = changeOf(onParcel(every.lost, scan));
    expect(typesOf(decision.say)).toEqual(say);
    expect(decision.state.shipments[0]).toEqual({ ...every.lost, status, scan: scanOf(scan, 0) });
    expect(onParcel(every.lost, scan, -2)).toMatchObject({ kind: 'ignored', contradicts: false });
  });

  test('given it was given up without scans and turns up, that is published whatever the clock of its scanner says', () => {
    const overdue: Shipment = { ...every.lost, scan: scanOf('in_transit', -5) };
    expect(onParcel(overdue, 'delivered', -6)).toMatchObject({ kind: 'change', say: [{ type: 'shipment.delivered' }] });
    expect(onParcel(overdue, 'out_for_delivery')).toMatchObject({ kind: 'ignored', contradicts: true });
  });
});

describe('scans go forward only', () => {
  const ranks: Record<string, number> = { picked_up: 1, in_transit: 2, out_for_delivery: 3, delivery_failed: 3 };
  const underWay = Object.keys(ranks) as ScanStatus[];
  const pairs = underWay.flatMap((known) => underWay.map((next) => [known, next] as const));

  test.each(pairs)('given the last scan was %s, %s counts if it is further, or as far and later', (known, next) => {
    const state: Shipment = { ...every.dispatched, scan: scanOf(known, -5) };
    const further = (ranks[next] as number) - (ranks[known] as number);
    const counts = (at: number) => onParcel(state, next, at).kind === 'change';
    expect([counts(-6), counts(-5), counts(-4)]).toEqual([further > 0, further > 0, further >= 0]);
  });

  test.each(underWay)(
    'given the last scan was %s, delivered counts whatever the clock of its scanner says',
    (known) => {
      const state: Shipment = { ...every.dispatched, scan: scanOf(known, -5) };
      expect([-6, -5, -4].map((at) => onParcel(state, 'delivered', at).kind)).toEqual(['change', 'change', 'change']);
    },
  );

  test.each(['lost', 'returned_to_sender'] as const)('%s does not count when the parcel was scanned later', (end) => {
    expect([-2, -1, 0].map((at) => onParcel(every.dispatched, end, at).kind)).toEqual(['ignored', 'change', 'change']);
  });

  test('every status a carrier can send has its place', () => {
    expect(statuses.toSorted()).toEqual([...underWay, 'delivered', 'lost', 'returned_to_sender'].toSorted());
  });
});

describe('when the carrier shows all scans at once', () => {
  test('given they come in any order, the first by time says when it left, the last where it is', () => {
    const scans = [scanOf('in_transit', -20), scanOf('delivered', -1), scanOf('picked_up', -30)];
    const { state, say, ignored } = followScans(shipping([every.created]), 'shp_1', scans, AT);
    expect(say.map(({ type, data }) => [type, (data as { scanAt?: string }).scanAt])).toEqual([
      ['shipment.dispatched', hours(-30)],
      ['shipment.delivered', hours(-1)],
    ]);
    expect(state.shipments[0]).toMatchObject({ status: 'delivered', scan: { scanAt: hours(-1) } });
    expect(ignored).toEqual([]);
  });

  test('given they are known already, nothing is new and the state is the same', () => {
    const state = shipping([every.dispatched]);
    const followed = followScans(state, 'shp_1', [every.dispatched.scan], AT);
    expect(followed.state).toBe(state);
    expect(followed).toMatchObject({ say: [], ignored: [{ contradicts: false }] });
  });

  test('given two parcels, only the one that was scanned moves', () => {
    const other = shipmentsOf(inHamburg()).created;
    const { state } = followScans(shipping([every.created, other]), 'shp_1', [scanOf('picked_up')], AT);
    expect(state.shipments.map(({ status }) => status)).toEqual(['dispatched', 'created']);
    expect(state.shipments[1]).toBe(other);
  });
});

describe('given the clock of a scan is far off', () => {
  const unsure = (status: ScanStatus, clock: 'behind' | 'no_zone') =>
    on(shipping([every.dispatched]), 'shp_1', { ...scanOf(status, 0), clock });

  test('a delivery is followed, and what was lost or came back is not; without a zone only, it is', () => {
    expect(unsure('delivered', 'behind')).toMatchObject({
      kind: 'change',
      state: { shipments: [{ status: 'delivered', scan: { clock: 'behind' } }] },
    });
    for (const status of ['lost', 'returned_to_sender'] as const) {
      expect(unsure(status, 'behind')).toMatchObject({ kind: 'ignored', contradicts: true });
      expect(unsure(status, 'no_zone').kind).toBe('change');
    }
  });
});

describe('when the carrier scans a return', () => {
  const onReturn = (status: ReturnStatus, scan: ScanStatus, at = 0) =>
    on(shipping([every.delivered], [returns[status]]), 'shp_r1', scanOf(scan, at));

  test.each(['created', 'under_way'] as const)('given it is %s, it is under way and nothing is published', (status) => {
    expect(onReturn(status, 'in_transit')).toMatchObject({
      kind: 'change',
      say: [],
      state: { returns: [{ status: 'under_way', scan: scanOf('in_transit', 0), watch: heardNow }] },
    });
  });

  test.each(['created', 'under_way'] as const)('given it is %s, delivered says that the warehouse has it', (status) => {
    const { lines, warehouse } = returns.received;
    expect(onReturn(status, 'delivered')).toMatchObject({
      state: { returns: [{ status: 'received' }] },
      say: [{ type: 'return.received', data: { returnId: RETURN_ID, warehouse, lines, scanAt: hours(0) } }],
    });
  });

  test.each(['lost', 'returned_to_sender'] as const)('given it is under way, %s says that it failed', (scan) => {
    const decision = onReturn('under_way', scan);
    expect(decision).toMatchObject({ state: { returns: [{ status: 'failed', code: scan }] } });
    expect(decision.kind === 'change' && typesOf(decision.say)).toEqual([`return.failed ${scan}`]);
  });

  const ended = (['received', 'failed'] as const).flatMap((end) => statuses.map((scan) => [end, scan] as const));
  test.each(ended.filter(([end, scan]) => end !== 'failed' || scan !== 'delivered'))(
    'given it has %s, %s changes nothing any more',
    (end, scan) => {
      expect(onReturn(end, scan).kind).toBe('ignored');
    },
  );

  test.each(['lost', 'silent', 'cancelled_by_carrier'])(
    'given it failed (%s) and arrives after all, it is received',
    (code) => {
      const state = shipping([every.delivered], [{ ...returns.failed, code }]);
      const decision = on(state, 'shp_r1', scanOf('delivered', 0));
      const { lines, warehouse } = returns.received;
      expect(decision).toMatchObject({
        state: { returns: [{ ...returns.received, scan: scanOf('delivered', 0) }] },
        say: [{ type: 'return.received', data: { returnId: RETURN_ID, warehouse, lines } }],
      });
      expect(onReturn('failed', 'delivered', -2).kind).toBe('ignored');
    },
  );

  test('given it went back to the customer, delivered is where it went', () => {
    const state = shipping([every.delivered], [{ ...returns.failed, code: 'returned_to_sender' }]);
    expect(on(state, 'shp_r1', scanOf('delivered', 0)).kind).toBe('ignored');
  });

  test('given a scan it has had, it is ignored', () => {
    expect(onReturn('under_way', 'picked_up', -1).kind).toBe('ignored');
  });
});

test.each(['failed', 'replaced'] satisfies ShipmentStatus[])('a %s parcel never had a shipment to scan', (status) => {
  expect(onParcel(every[status], 'picked_up')).toEqual(callFirst({ shipmentId: 'shp_1' }));
});

test('a status nobody knows is an error, not a guess', () => {
  const unknown = { ...every.created, status: 'teleported', parcel: labelOf('shp_1') } as unknown as Shipment;
  expect(() => onParcel(unknown, 'picked_up')).toThrow(TypeError);
});

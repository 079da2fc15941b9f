import { type ScanStatus, scanStatusSchema } from '@orderflow/contracts';
import { describe, expect, test } from 'vitest';
import { adopted, decideOnScan, followScans } from './decide-scan.ts';
import type { ReturnStatus, Shipment, ShipmentStatus } from './order-shipments.ts';
import {
  AT,
  calledOff,
  cancelled,
  cancelling,
  curtailed,
  hours,
  inHamburg,
  labelOf,
  NOW,
  RETURN_ID,
  returns,
  scanOf,
  shipmentsOf,
  shipping,
  toCallOff,
  told,
} from './testing/states.ts';

const statuses = scanStatusSchema.options;
const every = shipmentsOf();
const label = { shipmentId: 'shp_1', carrier: 'Parcelway', trackingNumber: 'OF-shp_1' };
const about = { parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: 'MUG-RED', quantity: 2 }] };
const onParcel = (shipment: Shipment, status: ScanStatus, at = 0) =>
  decideOnScan(shipping([shipment]), 'shp_1', scanOf(status, at), AT);
const heardNow = { heardAt: NOW.toISOString(), askAt: hours(72) };

describe('when the carrier scans a parcel', () => {
  test('given nothing is known of its order, the scan waits', () => {
    expect(decideOnScan(null, 'shp_1', scanOf('picked_up'), AT).kind).toBe('wait');
  });

  test('given the order is known and the shipment is not, the carrier is to say whose it is', () => {
    expect(decideOnScan(shipping([every.created]), 'shp_9', scanOf('picked_up'), AT)).toEqual({ kind: 'look_up' });
    expect(decideOnScan(curtailed(every.dispatched), 'shp_9', scanOf('picked_up'), AT)).toEqual({ kind: 'look_up' });
  });

  test.each([
    ['before it was confirmed', calledOff],
    ['as a whole', cancelled(every.cancelled)],
  ])('given the order was cancelled %s, the carrier is to say so too', (_, state) => {
    expect(decideOnScan(state, 'shp_9', scanOf('picked_up'), AT)).toEqual({ kind: 'look_up' });
  });

  test('given the order is to be called off, its confirmation will tell', () => {
    expect(decideOnScan(toCallOff, 'shp_1', scanOf('picked_up'), AT).kind).toBe('wait');
  });

  const other = shipmentsOf(inHamburg()).cancelled;
  test.each([
    ['cancelled', cancelled(every.cancelled, other), ['shipment.dispatched']],
    ['curtailed', curtailed(every.cancelled, other), ['shipment.dispatched']],
    [
      'being cancelled',
      cancelling(every.cancelled, other, shipmentsOf(inHamburg('3')).failed),
      ['shipment.dispatched', 'shipment.failed cancelled'],
    ],
  ])('given the parcel was cancelled and the order %s, it has left all the same', (_, state, say) => {
    const decision = decideOnScan(state, 'shp_1', scanOf('picked_up'), AT);
    if (decision.kind !== 'follow') throw new Error(decision.kind);
    expect(told(decision.say)).toEqual(say);
    expect(decision.state.status).toBe('curtailed');
    expect(decision.state.shipments.slice(0, 2)).toMatchObject([{ status: 'dispatched' }, other]);
    expect(decision.state).not.toHaveProperty('askAt');
  });

  test('given a shipment of a parcel that was stopped or failed for good, that is the one which left', () => {
    const { parcel: _, ...neverThere } = every.cancelled;
    for (const one of [neverThere, every.cancelled, { ...every.failed, elsewhere: false }]) {
      const state = adopted(cancelled(one), '1', labelOf('shp_9'));
      expect(decideOnScan(state ?? null, 'shp_9', scanOf('picked_up'), AT)).toMatchObject({
        kind: 'follow',
        state: { status: 'curtailed', shipments: [{ status: 'dispatched', parcel: labelOf('shp_9') }] },
      });
    }
  });

  test.each(['created', 'dispatched', 'delivered', 'failed', 'replaced'] as const)(
    'given another shipment of a %s parcel, it is not taken for it',
    (status) => {
      expect(adopted(shipping([every[status]]), '1', labelOf('shp_9'))).toBeUndefined();
      expect(adopted(calledOff, '1', labelOf('shp_9'))).toBeUndefined();
    },
  );

  test.each(['picked_up', 'in_transit', 'out_for_delivery', 'delivery_failed'] as const)(
    'given it is created, %s says that it has left, and it is heard of',
    (status) => {
      const decision = onParcel(every.created, status);
      const { parcel } = every.created;
      const shipment = { ...about, status: 'dispatched', parcel, scan: scanOf(status, 0), watch: heardNow };
      expect(decision).toMatchObject({ kind: 'follow', state: { shipments: [shipment] } });
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
      const decision = onParcel(shipment, scan);
      if (decision.kind !== 'follow') throw new Error(decision.kind);
      expect(told(decision.say)).toEqual([...first, ...say]);
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
    'given it is %s, %s changes nothing any more; a later contradiction is odd',
    (end, scan) => {
      const odd = every[end].scan.status !== scan;
      expect(onParcel(every[end], scan)).toMatchObject({ kind: 'nothing', odd });
      expect(onParcel(every[end], scan, -2)).toMatchObject({ kind: 'nothing', odd: false });
    },
  );

  test.each([
    ['delivered', 'delivered', ['shipment.delivered']],
    ['returned_to_sender', 'returned', ['shipment.failed returned_to_sender']],
  ] as const)('given it was lost and turns up, %s is told, unless that was before', (scan, status, say) => {
    const decision = onParcel(every.lost, scan);
    if (decision.kind !== 'follow') throw new Error(decision.kind);
    expect(told(decision.say)).toEqual(say);
    expect(decision.state.shipments[0]).toEqual({ ...every.lost, status, scan: scanOf(scan, 0) });
    expect(onParcel(every.lost, scan, -2)).toMatchObject({ kind: 'nothing', odd: false });
  });

  test('given it was given up in silence and turns up, that is told whatever the clock of its scanner says', () => {
    const silent: Shipment = { ...every.lost, scan: scanOf('in_transit', -5) };
    expect(onParcel(silent, 'delivered', -6)).toMatchObject({ kind: 'follow', say: [{ type: 'shipment.delivered' }] });
    expect(onParcel(silent, 'out_for_delivery')).toMatchObject({ kind: 'nothing', odd: true });
  });
});

describe('scans go forward only', () => {
  const ranks: Record<string, number> = { picked_up: 1, in_transit: 2, out_for_delivery: 3, delivery_failed: 3 };
  const underWay = Object.keys(ranks) as ScanStatus[];
  const pairs = underWay.flatMap((known) => underWay.map((next) => [known, next] as const));

  test.each(pairs)('given the last scan was %s, %s counts if it is further, or as far and later', (known, next) => {
    const state: Shipment = { ...every.dispatched, scan: scanOf(known, -5) };
    const further = (ranks[next] as number) - (ranks[known] as number);
    const counts = (at: number) => onParcel(state, next, at).kind === 'follow';
    expect([counts(-6), counts(-5), counts(-4)]).toEqual([further > 0, further > 0, further >= 0]);
  });

  test.each(underWay)(
    'given the last scan was %s, delivered counts whatever the clock of its scanner says',
    (known) => {
      const state: Shipment = { ...every.dispatched, scan: scanOf(known, -5) };
      expect([-6, -5, -4].map((at) => onParcel(state, 'delivered', at).kind)).toEqual(['follow', 'follow', 'follow']);
    },
  );

  test.each(['lost', 'returned_to_sender'] as const)('%s does not count when the parcel was scanned later', (end) => {
    expect([-2, -1, 0].map((at) => onParcel(every.dispatched, end, at).kind)).toEqual(['nothing', 'follow', 'follow']);
  });

  test('every status a carrier can send has its place', () => {
    expect(statuses.toSorted()).toEqual([...underWay, 'delivered', 'lost', 'returned_to_sender'].toSorted());
  });
});

describe('when the carrier tells all scans at once', () => {
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
    expect(followed).toMatchObject({ say: [], ignored: [{ odd: false }] });
  });

  test('given two parcels, only the one that was scanned moves', () => {
    const other = shipmentsOf(inHamburg()).created;
    const { state } = followScans(shipping([every.created, other]), 'shp_1', [scanOf('picked_up')], AT);
    expect(state.shipments.map(({ status }) => status)).toEqual(['dispatched', 'created']);
    expect(state.shipments[1]).toBe(other);
  });
});

describe('when the carrier scans a return', () => {
  const onReturn = (status: ReturnStatus, scan: ScanStatus, at = 0) =>
    decideOnScan(shipping([every.delivered], [returns[status]]), 'shp_r1', scanOf(scan, at), AT);

  test.each(['created', 'under_way'] as const)('given it is %s, it is under way and nobody is told', (status) => {
    expect(onReturn(status, 'in_transit')).toMatchObject({
      kind: 'follow',
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
    expect(decision.kind === 'follow' && told(decision.say)).toEqual([`return.failed ${scan}`]);
  });

  const ended = (['received', 'failed'] as const).flatMap((end) => statuses.map((scan) => [end, scan] as const));
  test.each(ended.filter(([end, scan]) => end !== 'failed' || scan !== 'delivered'))(
    'given it has %s, %s changes nothing any more',
    (end, scan) => {
      expect(onReturn(end, scan).kind).toBe('nothing');
    },
  );

  test.each(['lost', 'silent', 'cancelled_by_carrier'])(
    'given it failed (%s) and arrives after all, it is received',
    (code) => {
      const state = shipping([every.delivered], [{ ...returns.failed, code }]);
      const decision = decideOnScan(state, 'shp_r1', scanOf('delivered', 0), AT);
      const { lines, warehouse } = returns.received;
      expect(decision).toMatchObject({
        state: { returns: [{ ...returns.received, scan: scanOf('delivered', 0) }] },
        say: [{ type: 'return.received', data: { returnId: RETURN_ID, warehouse, lines } }],
      });
      expect(onReturn('failed', 'delivered', -2).kind).toBe('nothing');
    },
  );

  test('given it went back to the customer, delivered is said of that', () => {
    const state = shipping([every.delivered], [{ ...returns.failed, code: 'returned_to_sender' }]);
    expect(decideOnScan(state, 'shp_r1', scanOf('delivered', 0), AT).kind).toBe('nothing');
  });

  test('given a scan it has had, nothing', () => {
    expect(onReturn('under_way', 'picked_up', -1).kind).toBe('nothing');
  });
});

test.each(['failed', 'replaced'] satisfies ShipmentStatus[])('a %s parcel never had a shipment to scan', (status) => {
  expect(onParcel(every[status], 'picked_up')).toEqual({ kind: 'look_up' });
});

test('a status nobody knows is an error, not a guess', () => {
  const unknown = { ...every.created, status: 'teleported', parcel: labelOf('shp_1') } as unknown as Shipment;
  expect(() => onParcel(unknown, 'picked_up')).toThrow(TypeError);
});

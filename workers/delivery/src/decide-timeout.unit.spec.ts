import { describe, expect, test } from 'vitest';
import { afterAsking } from './decide-carrier-answer.ts';
import { askedInVain, deadlineOf, heard, overdue } from './decide-timeout.ts';
import type { ReturnStatus, Shipment, ShipmentStatus, Watch } from './order-shipments.ts';
import {
  AT,
  cancelledEarly,
  cancelling,
  cancelPending,
  DAY_MS,
  hours,
  inHamburg,
  NOW,
  partiallyCancelled,
  returns,
  scanOf,
  shipmentsOf,
  shipping,
  typesOf,
  watch,
} from './testing/states.ts';

const every = shipmentsOf();
const silentSince = (heardAt: string, askAt: string): Shipment => ({ ...every.dispatched, watch: { heardAt, askAt } });

describe('the carrier is asked', () => {
  test('so long after the last scan, counted from when the parcel may leave at the earliest', () => {
    expect(heard(AT)).toEqual({ heardAt: hours(0), askAt: hours(72) });
    expect(heard(AT, new Date(hours(5)))).toEqual({ heardAt: hours(0), askAt: hours(77) });
    expect(heard(AT, new Date(hours(-5)))).toEqual({ heardAt: hours(0), askAt: hours(72) });
  });

  test('again and again, and no more after six weeks without a scan', () => {
    const asked: string[] = [];
    let now = NOW;
    let last: Watch | null = heard(AT);
    while (last && asked.length < 100) {
      now = new Date(last.askAt);
      asked.push(last.askAt);
      last = askedInVain(last, { ...AT, now });
    }
    expect(last).toBeNull();
    expect(asked).toHaveLength(14);
    expect(now.getTime() - NOW.getTime()).toBe(42 * DAY_MS);
  });

  test('first about the parcel or return whose last scan is oldest', () => {
    const state = shipping([silentSince(hours(-9), hours(63)), silentSince(hours(-20), hours(52))], [returns.received]);
    expect(deadlineOf(state)).toEqual({ name: 'scan', at: new Date(hours(52)) });
    const back = { ...returns.under_way, watch: { heardAt: hours(-30), askAt: hours(42) } };
    expect(deadlineOf({ ...state, returns: [back] })).toEqual({ name: 'scan', at: new Date(hours(42)) });
  });

  test.each(Object.keys(every) as ShipmentStatus[])('about no %s parcel, unless it is under way', (status) => {
    const underWay = status === 'created' || status === 'dispatched';
    expect(deadlineOf(shipping([every[status]]))).toEqual(underWay ? { name: 'scan', at: new Date(hours(-8)) } : null);
    expect(overdue(shipping([every[status]]), NOW)).toEqual(underWay ? ['shp_1'] : []);
  });

  test.each(Object.keys(returns) as ReturnStatus[])('about no %s return, unless it is under way', (status) => {
    const underWay = status === 'created' || status === 'under_way';
    expect(overdue(shipping([], [returns[status]]), NOW)).toEqual(underWay ? ['shp_r1'] : []);
  });

  test('about none whose time has not come, and nothing of an order that was cancelled early', () => {
    expect(overdue(shipping([every.dispatched]), new Date(hours(-9)))).toEqual([]);
    expect(deadlineOf(cancelledEarly)).toBeNull();
  });

  test('about what a cancellation still waits for', () => {
    expect(deadlineOf(cancelPending)).toEqual({ name: 'cancel', at: new Date(cancelPending.askAt) });
    expect(deadlineOf(cancelling(every.created))).toEqual({ name: 'cancel', at: new Date(hours(1)) });
  });
});

describe('what the carrier answers', () => {
  const later = { heardAt: watch.heardAt, askAt: hours(72) };
  const asked = (
    shipment: Shipment,
    answer: Parameters<typeof afterAsking>[1] extends ReadonlyMap<string, infer T> ? T : never,
  ) => afterAsking(shipping([shipment]), new Map([['shp_1', answer]]), AT);

  test.each([
    ['nothing new', { cancelled: false, scans: [scanOf('picked_up')] }],
    ['no scan', { cancelled: false, scans: [] }],
    ['that it does not know the shipment', null],
    ['that it was cancelled, though it had left', { cancelled: true, scans: [] }],
  ])('is %s: it will be asked again', (_, answer) => {
    const { state, say } = asked(every.dispatched, answer);
    expect(state.shipments).toEqual([{ ...every.dispatched, watch: later }]);
    expect(say).toEqual([]);
    expect(deadlineOf(state)?.at).toEqual(new Date(hours(72)));
  });

  test('is published as if it had been scanned just now', () => {
    const { state, say } = asked(every.created, {
      cancelled: false,
      scans: [scanOf('picked_up'), scanOf('in_transit', 0)],
    });
    expect(typesOf(say)).toEqual(['shipment.dispatched']);
    expect(state.shipments).toMatchObject([{ status: 'dispatched', scan: scanOf('in_transit', 0), watch: heard(AT) }]);
  });

  test('ends the parcel: nobody is asked any more', () => {
    const { state, say } = asked(every.dispatched, { cancelled: false, scans: [scanOf('lost', 0)] });
    expect(typesOf(say)).toEqual(['shipment.failed lost']);
    expect(deadlineOf(state)).toBeNull();
  });

  test('is that it cancelled a parcel that never left: that has failed', () => {
    const { state, say } = asked(every.created, { cancelled: true, scans: [] });
    expect(typesOf(say)).toEqual(['shipment.failed cancelled_by_carrier']);
    expect(say[0]).toMatchObject({ data: { dispatched: false, elsewhere: true, returned: false } });
    expect(state.shipments).toMatchObject([{ status: 'failed', elsewhere: true }]);
    expect(deadlineOf(state)).toBeNull();
  });

  test('is the same of an order that was cancelled too late: nothing of it is to be sent again', () => {
    const { say } = afterAsking(
      partiallyCancelled(every.created),
      new Map([['shp_1', { cancelled: true, scans: [] }]]),
      AT,
    );
    expect(say[0]).toMatchObject({ data: { code: 'cancelled_by_carrier', elsewhere: false } });
  });

  const weeksAgo: Watch = { heardAt: hours(-42 * 24), askAt: hours(0) };

  test('is nothing for six weeks of a parcel that had left: it is lost', () => {
    const left = asked({ ...every.dispatched, watch: weeksAgo }, null);
    expect(left.say).toMatchObject([
      { type: 'shipment.failed', data: { code: 'silent', dispatched: true, elsewhere: false, returned: false } },
    ]);
    const { watch: _, ...gone } = every.dispatched;
    expect(left.state.shipments).toEqual([{ ...gone, status: 'lost' }]);
    expect(deadlineOf(left.state)).toBeNull();
  });

  test.each([false, true])(
    'is nothing for six weeks of a parcel that never left (cancelled: %s): it has failed',
    (cancelled) => {
      const { state, say } = asked({ ...every.created, watch: weeksAgo }, { cancelled, scans: [] });
      expect(say).toMatchObject([{ data: { code: 'silent', dispatched: false, elsewhere: false } }]);
      expect(state.shipments).toMatchObject([{ status: 'failed', code: 'silent' }]);
      expect(deadlineOf(state)).toBeNull();
    },
  );

  test.each(['created', 'under_way'] as const)('is nothing for six weeks of a %s return: it has failed', (status) => {
    const back = { ...returns[status], watch: weeksAgo };
    const { state, say } = afterAsking(shipping([], [back]), new Map([['shp_r1', null]]), AT);
    expect(typesOf(say)).toEqual(['return.failed silent']);
    expect(state.returns).toMatchObject([{ status: 'failed', code: 'silent', parcel: back.parcel }]);
    expect(deadlineOf(state)).toBeNull();
  });

  test('is about each parcel and return on its own', () => {
    const second = shipmentsOf(inHamburg()).dispatched;
    const before = shipping([every.dispatched, second], [returns.created]);
    const answers = new Map([
      ['shp_1', { cancelled: false, scans: [scanOf('delivered', 0)] }],
      ['shp_2', { cancelled: false, scans: [] }],
      ['shp_r1', { cancelled: true, scans: [] }],
    ]);
    const { state, say } = afterAsking(before, answers, AT);
    expect(typesOf(say)).toEqual(['shipment.delivered', 'return.failed cancelled_by_carrier']);
    expect(state.shipments).toMatchObject([{ status: 'delivered' }, { ...second, watch: later }]);
    expect(state.returns).toMatchObject([{ status: 'failed' }]);
  });

  test('keeps a return under way', () => {
    const { state } = afterAsking(shipping([], [returns.under_way]), new Map([['shp_r1', null]]), AT);
    expect(state.returns).toEqual([{ ...returns.under_way, watch: later }]);
  });
});

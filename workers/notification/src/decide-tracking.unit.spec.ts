import { NotificationDelivered, NotificationFailed } from '@orderflow/contracts';
import { callFirst } from '@orderflow/runtime';
import { describe, expect, test } from 'vitest';
import type { NoticeSent } from './correspondence.ts';
import { decideTracking, type TrackingReport } from './decide-tracking.ts';
import { anOrder } from './testing/orders.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const sent = (channel: 'email' | 'sms', providerId: string): NoticeSent => ({
  ...{ kind: 'order_dispatched', occasion: '1', at: '2026-11-22T11:00:00.000Z' },
  ...{ outcome: 'sent', channel, providerId },
});
const order = anOrder({ notices: [sent('email', '<1>'), sent('sms', 'SM1')] });
const report = (status: 'delivered' | 'failed', over: Partial<TrackingReport> = {}): TrackingReport => ({
  ...{ channel: 'sms', providerId: 'SM1', status },
  ...over,
});
const after = (...reports: TrackingReport[]) =>
  reports.reduce((known, one) => {
    const decision = decideTracking(known, one, now);
    return decision.kind === 'change' ? decision.state : known;
  }, order);

describe('a provider’s report', () => {
  test.each(['delivered', 'failed'] as const)('%s is noted at the message it is about', (status) => {
    const decided = decideTracking(order, report(status, { reason: '30003' }), now);
    const about = { kind: 'order_dispatched', occasion: '1', channel: 'sms', providerId: 'SM1' };
    const fact =
      status === 'delivered'
        ? NotificationDelivered.of(about as never)
        : NotificationFailed.of({ ...about, reason: '30003' } as never);
    expect(decided).toMatchObject({ kind: 'change', say: [fact] });
    const { notices } = after(report(status, { reason: '30003' }));
    expect(notices[1]).toMatchObject({ tracked: { status, reason: '30003', at: now.toISOString() } });
    expect(notices[0]).toBe(order.notices[0]);
  });

  test.each(['delivered', 'failed'] as const)('%s is noted once', (status) => {
    expect(decideTracking(after(report(status)), report(status), now)).toMatchObject({ kind: 'ignore' });
  });

  test('that a message came back is noted after it was delivered, never the other way round', () => {
    expect(decideTracking(after(report('delivered')), report('failed'), now)).toMatchObject({ kind: 'change' });
    expect(decideTracking(after(report('failed')), report('delivered'), now)).toMatchObject({ kind: 'ignore' });
    const both = after(report('delivered'), report('failed'));
    expect(decideTracking(both, report('delivered'), now)).toMatchObject({ kind: 'ignore' });
  });

  test.each([
    [{ providerId: 'SM2' }],
    [{ channel: 'email' as const }],
    [{ channel: 'email' as const, providerId: '<2>' }],
  ])('about a message that is not noted here is looked for in the ledger: %j', (over) => {
    const one = report('delivered', over);
    expect(decideTracking(order, one, now)).toEqual(callFirst({ besides: ['<1>', 'SM1'] }));
    expect(decideTracking(order, one, now, true).kind).toBe('wait');
    expect(decideTracking(order, one, now, false).kind).toBe('ignore');
  });

  test('about an order that is not known is ignored', () => {
    expect(decideTracking(null, report('delivered'), now).kind).toBe('ignore');
  });
});

import { describe, expect, test } from 'vitest';
import type { NoticeSent } from './correspondence.ts';
import { decideTracking, type Word } from './decide-tracking.ts';
import { anOrder } from './testing/orders.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const sent = (channel: 'email' | 'sms', providerId: string): NoticeSent => ({
  ...{ kind: 'order_dispatched', occasion: '1', at: '2026-11-22T11:00:00.000Z' },
  ...{ outcome: 'sent', channel, providerId },
});
const order = anOrder({ notices: [sent('email', '<1>'), sent('sms', 'SM1')] });
const word = (status: 'delivered' | 'failed', over: Partial<Word> = {}): Word => ({
  ...{ channel: 'sms', providerId: 'SM1', status },
  ...over,
});
const after = (...words: Word[]) => {
  let known = order;
  for (const said of words) {
    const decided = decideTracking(known, said, now);
    if (decided.kind === 'note') known = { ...known, notices: decided.notices };
  }
  return known;
};

describe('a provider’s word', () => {
  test.each(['delivered', 'failed'] as const)('%s is noted at the message it is about', (status) => {
    const decided = decideTracking(order, word(status, { reason: '30003' }), now);
    expect(decided).toMatchObject({ kind: 'note', notice: { channel: 'sms', providerId: 'SM1' } });
    const { notices } = after(word(status, { reason: '30003' }));
    expect(notices[1]).toMatchObject({ tracked: { status, reason: '30003', at: now.toISOString() } });
    expect(notices[0]).toBe(order.notices[0]);
  });

  test.each(['delivered', 'failed'] as const)('%s is noted once', (status) => {
    expect(decideTracking(after(word(status)), word(status), now)).toMatchObject({ kind: 'ignore' });
  });

  test('that a message came back is noted after it was delivered, never the other way round', () => {
    expect(decideTracking(after(word('delivered')), word('failed'), now)).toMatchObject({ kind: 'note' });
    expect(decideTracking(after(word('failed')), word('delivered'), now)).toMatchObject({ kind: 'ignore' });
    const both = after(word('delivered'), word('failed'));
    expect(decideTracking(both, word('delivered'), now)).toMatchObject({ kind: 'ignore' });
  });

  test.each([
    [{ providerId: 'SM2' }],
    [{ channel: 'email' as const }],
    [{ channel: 'email' as const, providerId: '<2>' }],
  ])('about a message we do not know is unknown: %j', (over) => {
    expect(decideTracking(order, word('delivered', over), now)).toEqual({ kind: 'unknown' });
  });
});

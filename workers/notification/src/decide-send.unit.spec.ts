import { describe, expect, test } from 'vitest';
import { decideSend, type LedgerEntry } from './decide-send.ts';

const now = new Date('2026-01-01T12:00:00Z');
const secondsAgo = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
const decide = (entry: LedgerEntry, triedBefore = false) =>
  decideSend(entry, { claimId: 'mine', now, staleAfterMs: 30_000, settleMs: 300_000, triedBefore });

describe('a message', () => {
  test('that is claimed by us is sent', () => {
    expect(decide({ state: 'sending', claimId: 'mine', at: now })).toEqual({ kind: 'send' });
    expect(decide({ state: 'sending', claimId: 'mine', at: now }, true)).toEqual({ kind: 'send' });
  });

  test.each([
    { outcome: 'sent', providerId: '1' },
    { outcome: 'failed', reason: 'no such mailbox' },
  ] as const)('that is settled stays so: $outcome', (delivered) => {
    expect(decide({ state: 'settled', claimId: 'other', at: secondsAgo(99), delivered }, true)).toEqual({
      kind: 'done',
      outcome: delivered,
    });
  });

  test('that somebody claimed just now is waited for', () => {
    expect(decide({ state: 'sending', claimId: 'other', at: secondsAgo(30) })).toEqual({ kind: 'wait' });
  });

  test('that somebody claimed just now, and we had tried, is looked up but never sent', () => {
    expect(decide({ state: 'sending', claimId: 'other', at: secondsAgo(30) }, true)).toEqual({
      kind: 'look_up',
      otherwise: 'wait',
    });
  });

  test.each([
    [true, 31, 'wait'],
    [false, 31, 'wait'],
    [true, 330, 'wait'],
    [true, 331, 'take_over'],
    [false, 331, 'take_over'],
  ] as const)('whose claim is stale is looked up (tried before: %s), and after %i s: %s', (tried, age, otherwise) => {
    const entry = { state: 'sending', claimId: 'other', at: secondsAgo(age) } as const;
    expect(decide(entry, tried)).toEqual({ kind: 'look_up', otherwise });
  });

  test.each([
    [true, 0, 'wait'],
    [false, 0, 'wait'],
    [true, 300, 'wait'],
    [true, 301, 'take_over'],
  ] as const)('of which nobody knows is looked up (tried before: %s), and after %i s: %s', (tried, age, otherwise) => {
    const entry = { state: 'unsure', claimId: 'other', at: secondsAgo(age) } as const;
    expect(decide(entry, tried)).toEqual({ kind: 'look_up', otherwise });
  });
});

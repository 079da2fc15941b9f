import { describe, expect, test } from 'vitest';
import { NOW, orderState } from '../../testing/order-state.ts';
import { evolve } from '../evolve.ts';
import { DEFAULT_DURATIONS, orderDeadlineOf } from '../order-deadlines.ts';
import { isRefused } from './command.ts';
import { decideNote, decideSettle } from './decide-settle.ts';

const SETTLE_ID = '01a204cb-b25e-7e7a-9b23-8211823ed001';
const [a, b] = [
  { kind: 'refund', cause: 'r1', text: 'The refund of €5 failed' },
  { kind: 'refund', cause: 'r2', text: 'The refund of €6 failed' },
] as const;
const order = orderState({ attentions: [a, b], attention: `${a.text}; ${b.text}` });
const command = {
  settleId: SETTLE_ID,
  kind: 'refund',
  reason: 'paid by transfer',
  by: 'staff:carol',
  now: NOW,
} as const;
const settle = (state = order, over: object = {}) => decideSettle(state, { ...command, ...over }, DEFAULT_DURATIONS);
const context = { now: NOW, durations: DEFAULT_DURATIONS };

describe('what staff say is settled', () => {
  test('goes from what they are asked, stays on record, and is said', () => {
    const decision = settle(order, { cause: 'r1' });
    if (isRefused(decision)) throw new Error(decision.message);
    const after = evolve(order, { ...order, ...decision.change }, context);
    expect(after.attention).toBe(b.text);
    expect(after.settled).toEqual([
      { ...a, settleId: SETTLE_ID, reason: 'paid by transfer', by: 'staff:carol', at: NOW.toISOString() },
    ]);
    expect(decision.say).toMatchObject([{ type: 'order.settled', data: { kind: 'refund', cause: 'r1' } }]);
    expect(settle(after, { cause: 'r1' })).toEqual({});
    expect(settle(after)).toEqual({});
    expect(settle(after, { reason: 'else' })).toMatchObject({ refused: 'CONFLICT' });
  });

  test('is all of a kind where no cause is named; of what nobody is asked there is nothing to settle', () => {
    const decision = settle();
    expect(decision).toMatchObject({ change: { attentions: [], settled: [{ cause: 'r1' }, { cause: 'r2' }] } });
    expect(settle(order, { kind: 'dispute' })).toMatchObject({ refused: 'NOTHING_TO_SETTLE', field: 'kind' });
  });

  test('a timeout does not come again for the same step, and does for the next', () => {
    const late = { kind: 'timeout', cause: 'confirmed', text: 'No parcel has left' } as const;
    const confirmed = orderState({ status: 'confirmed', attentions: [late], attention: late.text });
    const decision = settle(confirmed, { kind: 'timeout' });
    if (isRefused(decision)) throw new Error(decision.message);
    const after = evolve(confirmed, { ...confirmed, ...decision.change }, context);
    expect(after.attention).toBeUndefined();
    expect(orderDeadlineOf(after)).toBeNull();
    expect(orderDeadlineOf({ ...after, status: 'shipped' })).not.toBeNull();
  });
});

test('a note is kept once, for staff', () => {
  const note = { noteId: SETTLE_ID, text: 'called him', by: 'staff:carol', now: NOW };
  const decision = decideNote(order, note);
  expect(decision).toMatchObject({ change: { notes: [{ text: 'called him', by: 'staff:carol' }] } });
  const after = { ...order, ...(decision as { change: object }).change };
  expect(decideNote(after, note)).toEqual({});
  expect(decideNote(after, { ...note, text: 'else' })).toMatchObject({ refused: 'CONFLICT' });
});

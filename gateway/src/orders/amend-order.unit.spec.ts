import { OrderCancelRequested } from '@orderflow/contracts';
import type { Aggregates, Amendment } from '@orderflow/runtime';
import { expect, test } from 'vitest';
import { commands, ID, placed, TIME } from '../testing/order-history.ts';
import { amendOrder, type Decision } from './amend-order.ts';
import { flag } from './order-attention.ts';
import { DEFAULT_DURATIONS } from './order-deadlines.ts';
import { OrderBusyError } from './order-errors.ts';
import type { OrderState } from './order-state.ts';

const context = { now: new Date('2026-01-01T12:05:00.000Z'), region: 'test' };
const fact = OrderCancelRequested.of({ cancelId: ID, actor: 'customer', reason: 'Changed my mind', stage: 'pending' });

/** An order that moves before the first so many amendments; what was written is in `written`. */
function storeOf(order: OrderState | null, misses: number) {
  const written: Amendment<OrderState>[] = [];
  let [revision, left] = [7, misses];
  const aggregates = {
    load: async () => order && { state: { ...order }, revision, said: undefined },
    amend: async (amendment: Amendment<OrderState>) => {
      revision += 1;
      if (left-- > 0) return false;
      written.push(amendment);
      return true;
    },
  } as unknown as Aggregates<OrderState>;
  return { aggregating: { aggregates, durations: DEFAULT_DURATIONS }, written };
}

const cancel = (state: OrderState): Decision<string> => ({
  state: { ...state, status: 'cancelling' },
  say: [{ fact, text: 'You asked to cancel' }],
});

test('a command is decided again each time the order moved; change, timeline and facts are one write', async () => {
  const { aggregating, written } = storeOf(placed, 3);
  let asked = 0;
  const decide = (state: OrderState) => {
    asked += 1;
    return cancel(state);
  };
  const amended = await amendOrder(aggregating, ID, decide, context);
  expect(asked).toBe(4);
  expect(written).toHaveLength(1);
  const { said } = amended as Extract<typeof amended, { said: unknown }>;
  expect(said).toMatchObject([
    {
      type: 'order.cancel_requested',
      source: '/gateway',
      subject: ID,
      traceparent: placed.traceparent,
      region: 'test',
    },
  ]);
  expect(amended).toMatchObject({
    revision: 11,
    state: { status: 'cancelling', updatedAt: '2026-01-01T12:05:00.000Z' },
  });
  expect(written[0]).toMatchObject({
    say: said,
    to: { timeline: [{ eventId: said[0]?.id, text: 'You asked to cancel' }] },
  });
});

test('a command that is refused, or accepted already, writes nothing', async () => {
  const { aggregating, written } = storeOf(placed, 0);
  expect(await amendOrder(aggregating, ID, () => ({ refused: 'too late' }), context)).toEqual({ refused: 'too late' });
  expect(await amendOrder(aggregating, ID, (state) => ({ state, say: [] }), context)).toMatchObject({
    revision: 7,
    said: [],
  });
  expect(await amendOrder(storeOf(null, 0).aggregating, ID, cancel, context)).toBeNull();
  expect(written).toEqual([]);
});

test('a command about an order that never stands still is given up', async () => {
  await expect(amendOrder(storeOf(placed, 99).aggregating, ID, cancel, context)).rejects.toThrow(OrderBusyError);
});

test('a command that moves the order ends what staff were to look at', async () => {
  const flagged = { ...placed, ...flag(placed, { kind: 'timeout', cause: 'pending', text: 'Nobody answers' }) };
  const moved = await amendOrder(storeOf(flagged, 0).aggregating, ID, cancel, context);
  expect(moved).not.toHaveProperty('state.attention');
  const failed: OrderState['refunds'][number] = {
    refundId: ID,
    amount: placed.total,
    lines: [],
    restock: false,
    reason: 'sorry',
    status: 'failed',
    at: TIME,
  };
  const failure = { kind: 'refund', cause: ID, text: 'The refund failed', owing: 2 } as const;
  const owing: OrderState = { ...placed, ...flag(placed, failure), refunds: [failed] };
  const still = await amendOrder(storeOf(owing, 0).aggregating, ID, cancel, context);
  expect(still).toHaveProperty('state.attention', 'The refund failed');
  const again = commands.refund('another', 2) as (state: OrderState) => OrderState;
  const repaid = await amendOrder(
    storeOf(owing, 0).aggregating,
    ID,
    (state) => ({ state: again(state), say: [] }),
    context,
  );
  expect(repaid).not.toHaveProperty('state.attention');
});

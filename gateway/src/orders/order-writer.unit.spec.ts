import { OrderCancelRequested, type OrderflowEvent } from '@orderflow/contracts';
import type { Aggregates, Amendment } from '@orderflow/runtime';
import mongoose from 'mongoose';
import { expect, test } from 'vitest';
import { commands, ID, placed, TIME } from '../testing/order-history.ts';
import { flag } from './order-attention.ts';
import { DEFAULT_DURATIONS } from './order-deadlines.ts';
import { orderModel } from './order-model.ts';
import type { OrderRecord } from './order-record.ts';
import type { OrderState } from './order-state.ts';
import { type CommandDecision, createOrderWriter } from './order-writer.ts';

const context = { now: new Date('2026-01-01T12:05:00.000Z'), region: 'test' };
const fact = OrderCancelRequested.of({ cancelId: ID, actor: 'customer', reason: 'Changed my mind', stage: 'pending' });

/** Of no store: nothing is placed here. */
const model = orderModel(mongoose.createConnection());

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
  const published: OrderRecord[] = [];
  const cache = { publishUpdate: async (order: OrderRecord) => void published.push(order) };
  const writer = createOrderWriter(model, { cache, durations: DEFAULT_DURATIONS }, aggregates);
  return { writer, written, published };
}

const cancel = (): CommandDecision => ({ change: { status: 'cancelling' }, say: [fact] });

test('a command is decided again each time the order moved; change, timeline and facts are one write', async () => {
  const { writer, written, published } = storeOf(placed, 3);
  let asked = 0;
  const changed = await writer.change(
    ID,
    () => {
      asked += 1;
      return cancel();
    },
    context,
  );
  expect(asked).toBe(4);
  expect(written).toHaveLength(1);
  const { events } = changed as NonNullable<typeof changed> & { events: readonly OrderflowEvent[] };
  expect(events).toMatchObject([
    {
      type: 'order.cancel_requested',
      source: '/gateway',
      subject: ID,
      traceparent: placed.traceparent,
      region: 'test',
    },
  ]);
  const state = { status: 'cancelling', updatedAt: '2026-01-01T12:05:00.000Z' };
  expect(changed).toMatchObject({ revision: 11, state });
  expect(written[0]).toMatchObject({
    say: events,
    to: { timeline: [{ eventId: events[0]?.id, text: 'You asked to cancel the order: Changed my mind' }] },
  });
  expect(published).toMatchObject([{ id: ID, revision: 11, ...state }]);
});

test('a command that is refused, or accepted already, writes nothing', async () => {
  const { writer, written, published } = storeOf(placed, 0);
  expect(await writer.change(ID, () => ({ refused: 'too late' }), context)).toEqual({ refused: 'too late' });
  expect(await writer.change(ID, () => ({}), context)).toMatchObject({ revision: 7, events: [] });
  expect(await storeOf(null, 0).writer.change(ID, cancel, context)).toBeNull();
  expect([written, published]).toEqual([[], []]);
});

test('a command about an order that never stands still is given up', async () => {
  const change = storeOf(placed, 99).writer.change(ID, cancel, context);
  await expect(change).rejects.toMatchObject({ reason: 'CONFLICT' });
});

test('a command that moves the order ends what staff were to look at', async () => {
  const flagged = { ...placed, ...flag(placed, { kind: 'timeout', cause: 'pending', text: 'Nobody answers' }) };
  const moved = await storeOf(flagged, 0).writer.change(ID, cancel, context);
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
  const still = await storeOf(owing, 0).writer.change(ID, cancel, context);
  expect(still).toHaveProperty('state.attention', 'The refund failed');
  const again = commands.refund('another', 2) as (state: OrderState) => OrderState;
  const repaid = await storeOf(owing, 0).writer.change(
    ID,
    (state) => ({ change: { refunds: again(state).refunds } }),
    context,
  );
  expect(repaid).not.toHaveProperty('state.attention');
});

import { newId, OrderPlaced } from '@orderflow/contracts';
import { type Aggregates, createOutbox, type Outbox, type RunningWorker } from '@orderflow/runtime';
import { eventually, type Infrastructure, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { expect } from 'vitest';
import { orderProcessParts } from '../order-process/parts.ts';
import { orderProcess } from '../order-process/worker.ts';
import type { Accepted, Refused } from '../orders/commands/command.ts';
import { decideCancel } from '../orders/commands/decide-cancel.ts';
import { createOrderCache, type OrderCache } from '../orders/order-cache.ts';
import { DEFAULT_DURATIONS, type OrderDurations } from '../orders/order-deadlines.ts';
import { createOrderKeys } from '../orders/order-keys.ts';
import { orderAggregates, orderModel } from '../orders/order-model.ts';
import type { OrderRecord } from '../orders/order-record.ts';
import type { OrderState } from '../orders/order-state.ts';
import { createOrderStore, type OrderStore } from '../orders/order-store.ts';
import { createOrderWriter, type OrderWriter } from '../orders/order-writer.ts';
import { connectRedis } from '../platform/redis.ts';
import { placed, saysAbout } from './order-history.ts';

export interface OrderProcessFixture {
  readonly workers: WorkerFixture;
  readonly orders: OrderStore;
  readonly writer: OrderWriter;
  readonly cache: OrderCache;
  readonly outbox: Outbox;
  /** One more replica of order-process. */
  run(): Promise<RunningWorker>;
  /** A new order, as the gateway stores it. `says` is what the others say of it, now. */
  place(over?: Partial<OrderState>): Promise<{ id: string; says: ReturnType<typeof saysAbout> }>;
  /** As `orders.cancel` does it, without the broker being told yet when `relay` is false. */
  cancel(id: string, options?: { relay?: boolean }): Promise<'accepted' | 'nothing new' | string>;
  /** Waits until the order matches. */
  reaches(id: string, expected: object): Promise<OrderRecord>;
  /** Once this side has read the order, and before it writes, something else happens. */
  meanwhile(side: 'command' | 'fact', id: string, action: () => Promise<unknown>): void;
  /** How often this was said about the order, each event counted once. */
  said(id: string, type: string): number;
  close(): Promise<void>;
}

/** order-process on a real broker, store and cache, beside the gateway's store; no HTTP. */
export async function orderProcessFixture(
  infrastructure: Infrastructure,
  durations?: Partial<OrderDurations>,
): Promise<OrderProcessFixture> {
  const workers = await startWorkerFixture(infrastructure);
  const all = { ...DEFAULT_DURATIONS, ...durations };
  const model = orderModel(workers.database);
  await model.init();
  const orders = createOrderStore(model, createOrderKeys(workers.database, model));
  const actions = new Map<string, () => Promise<unknown>>();
  const interrupted = (side: string, inner: Aggregates<OrderState>): Aggregates<OrderState> => ({
    ...inner,
    async load(id, eventId) {
      const loaded = await inner.load(id, eventId);
      const action = actions.get(`${side} ${id}`);
      actions.delete(`${side} ${id}`);
      await action?.();
      return loaded;
    },
  });
  const redis = connectRedis(infrastructure.redisUrl, workers.databaseName, workers.log);
  await eventually('Redis', () => redis.usable);
  const cache = createOrderCache(redis);
  const options = { cache, durations: all };
  const writer = createOrderWriter(model, options);
  const commandWriter = createOrderWriter(model, options, interrupted('command', orderAggregates(model, all)));
  const { publisher, log, metrics, clock } = workers;
  const outbox = createOutbox({ model, publisher, log, metrics, graceMs: 50, sweepEveryMs: 50, clearEveryMs: 20 });
  const parts = orderProcessParts(workers.database, redis, all);
  const run = () => workers.run(orderProcess, { ...parts, aggregates: interrupted('fact', parts.aggregates) });
  await run();

  return {
    workers,
    orders,
    writer,
    cache,
    outbox,
    run,

    async place(over = {}) {
      const [id, now] = [newId(clock.now()), clock.now()];
      const cancelUntil = new Date(now.getTime() + 60_000).toISOString();
      const details = { ...placed, cancelUntil, ...over };
      const fact = OrderPlaced.of({ ...details, paymentMethod: 'pm_card_visa' });
      const context = { now, region: 'test', traceparent: placed.traceparent };
      const { events } = await writer.place(id, { ...details, idempotencyKey: id }, fact, context);
      await outbox.relay(id, events);
      return { id, says: saysAbout(id, now.toISOString()) };
    },

    async cancel(id, { relay = true } = {}) {
      const now = clock.now();
      const command = { cancelId: newId(now), actor: 'customer', reason: 'Changed my mind', now } as const;
      const changed = await commandWriter.change<Accepted, Refused>(id, (state) => decideCancel(state, command), {
        now,
        region: 'test',
      });
      if (!changed) throw new Error(`There is no order ${id}`);
      if ('refused' in changed) return changed.refused;
      if (relay) await outbox.relay(id, changed.events);
      return changed.events.length > 0 ? 'accepted' : 'nothing new';
    },

    reaches: (id, expected) =>
      eventually(`${id} is ${JSON.stringify(expected)}`, async () => {
        const order = await orders.byId(id);
        expect(order).toMatchObject(expected);
        return order;
      }),

    meanwhile: (side, id, action) => void actions.set(`${side} ${id}`, action),

    said: (id, type) =>
      new Set(workers.heard.filter((event) => event.type === type && event.subject === id).map((event) => event.id))
        .size,

    async close() {
      await outbox.close();
      await workers.close();
      await redis.close();
    },
  };
}

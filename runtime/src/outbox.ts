import type { OrderflowEvent } from '@orderflow/contracts';
import type { Model } from 'mongoose';
import type { Stored } from './aggregate.ts';
import type { Publisher } from './broker/publisher.ts';
import { errorMessage } from './errors.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';

/** The fields to write with a document that has facts to say and no incoming message to say them. */
export function outboxOf(events: readonly OrderflowEvent[], now: Date): { outbox: OrderflowEvent[]; outboxAt: Date } {
  return { outbox: [...events], outboxAt: now };
}

export interface Outbox {
  /** Publishes at once what was stored with the document. Never rejects: what fails now is the sweeper's. */
  relay(id: string, events: readonly OrderflowEvent[]): Promise<void>;
  /** Publishes entries older than the grace time; runs by itself, exposed for tests. */
  sweep(now?: Date): Promise<number>;
  close(): Promise<void>;
}

export interface OutboxOptions<State> {
  model: Model<Stored<State>>;
  publisher: Publisher;
  log: Logger;
  metrics: Metrics;
  /** Entries younger than this are left to the process that wrote them. */
  graceMs?: number;
  sweepEveryMs?: number;
  clearEveryMs?: number;
}

const SWEEP_BATCH = 200;
const CLEAR_BATCH = 100;

/**
 * Says the facts of documents that no message will make us say again: an order placed over the API, a timer.
 * They are stored with the document, published at once and cleared in batches; what a crash or an outage left
 * behind is published by the sweeper of any replica. Twice is harmless, ids are stable.
 */
export function createOutbox<State>(options: OutboxOptions<State>): Outbox {
  const { model, publisher, log, metrics, graceMs = 5_000, sweepEveryMs = 2_000, clearEveryMs = 250 } = options;
  const published = new Map<string, readonly OrderflowEvent[]>();
  let busy = Promise.resolve();
  let warned = false;

  const clear = async (): Promise<void> => {
    const batch = [...published].slice(0, CLEAR_BATCH);
    if (batch.length === 0) return;
    for (const [id] of batch) published.delete(id);
    // What was published stays on record, as what handlers say does.
    // The size guards entries that were added since: they stay, and the sweeper publishes all of them again.
    const clearing = batch.map(([id, events]) => ({
      updateOne: {
        filter: { _id: id, outbox: { $size: events.length }, 'outbox.id': events.at(-1)?.id },
        update: { $push: { relayed: { $each: events } }, $unset: { outbox: 1, outboxAt: 1 } },
      },
    }));
    await model.collection.bulkWrite(clearing as never, { ordered: false });
    if (published.size > 0) await clear();
  };

  const sweep = async (now = new Date()): Promise<number> => {
    if (publisher.unavailable) return 0;
    const late = await model
      .find({ outboxAt: { $lt: new Date(now.getTime() - graceMs) } } as never, { outbox: 1 })
      .limit(SWEEP_BATCH)
      .lean<Pick<Stored<unknown>, '_id' | 'outbox'>[]>();
    for (const { _id, outbox = [] } of late) {
      await publisher.publish(outbox);
      published.set(_id, outbox);
      metrics.outboxSwept.inc(outbox.length);
      log.warn({ orderId: _id, facts: outbox.length }, 'the sweeper published what was left in the outbox');
    }
    return late.length;
  };

  const tick = (work: () => Promise<unknown>) => () => {
    busy = busy
      .then(work)
      .then(() => {
        warned = false;
      })
      .catch((error) => {
        if (!warned) log.warn({ error: errorMessage(error) }, 'the outbox waits for its store or the broker');
        warned = true;
      });
  };
  const clearing = setInterval(tick(clear), clearEveryMs);
  const sweeping = setInterval(tick(sweep), sweepEveryMs);

  return {
    sweep,
    relay: async (id, events) => {
      try {
        await publisher.publish(events);
        published.set(id, events);
      } catch (error) {
        log.warn({ orderId: id, error: errorMessage(error) }, 'not published yet; the sweeper will');
      }
    },
    close: async () => {
      clearInterval(clearing);
      clearInterval(sweeping);
      tick(clear)();
      await busy;
    },
  };
}

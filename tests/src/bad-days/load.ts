import { setTimeout as pause } from 'node:timers/promises';
import type { OrderStatus } from '@orderflow/contracts';
import { apiClient, type Stack } from '@orderflow/stack';
import mongoose from 'mongoose';
import { orderOf } from '../shop.ts';

const LOOK_EVERY_MS = 200;
const TRY_AGAIN_MS = 500;
/** Nobody waits longer for an answer. */
const PATIENCE_MS = 30_000;

/** What customers saw who ordered at a steady rate. */
export interface Seen {
  readonly ids: ReadonlySet<string>;
  readonly keys: number;
  /** Calls that were not answered with an order, by what was said. */
  readonly failed: ReadonlyMap<string, number>;
  /** The longest time from the first call for an order to its answer, calls that were repeated included. */
  readonly slowestAnswerMs: number;
  /** The longest time without an order that was confirmed, from the bad moment on. */
  readonly withoutConfirmationMs: number;
  /** How long after it was mended the next one was confirmed. */
  readonly backAfterMs: number;
}

export interface Load {
  /** From now on it counts how long nothing is confirmed. */
  badMoment(): void;
  /** What was broken is whole again, or stays away. */
  mended(): void;
  /** So many more at once. */
  burst(count: number): void;
  /** No more orders; waits until all are answered and confirmed. */
  end(): Promise<Seen>;
}

/** Orders by the clock, each repeated with its key until it is answered, by customers at addresses of their own. */
export function steadyLoad(stack: Stack, token: string, rate: number, skus: readonly string[]): Load {
  const ids = new Set<string>();
  const orders: Promise<void>[] = [];
  const ending = new AbortController();
  const failed = new Map<string, number>();
  let slowestAnswerMs = 0;
  const place = async (nth: number) => {
    const api = apiClient(stack.addresses.api, token, { 'x-forwarded-for': `10.9.${(nth >> 8) & 255}.${nth & 255}` });
    const input = orderOf({ lines: [{ sku: skus[nth % skus.length] as string, quantity: 1 }] });
    const began = performance.now();
    for (;;) {
      try {
        const { order } = await api.orders.place.mutate(input, { signal: AbortSignal.timeout(PATIENCE_MS) });
        ids.add(order.id);
        slowestAnswerMs = Math.max(slowestAnswerMs, performance.now() - began);
        return;
      } catch (error) {
        const said = reasonOf(error);
        failed.set(said, (failed.get(said) ?? 0) + 1);
        await pause(TRY_AGAIN_MS);
      }
    }
  };
  const more = () => void orders.push(place(orders.length));
  const placing = (async () => {
    const began = performance.now();
    for (let nth = 1; !ending.signal.aborted; nth += 1) {
      more();
      const due = began + (nth * 1_000) / rate;
      await pause(Math.max(0, due - performance.now()), undefined, { signal: ending.signal }).catch(() => {});
    }
  })();
  const confirmations = confirmationsOf(stack, ids);
  return {
    badMoment: confirmations.from,
    mended: confirmations.mended,
    burst: (count) => {
      for (let n = 0; n < count; n += 1) more();
    },
    end: async (): Promise<Seen> => {
      ending.abort();
      await placing;
      await Promise.all(orders);
      return { ids, keys: orders.length, failed, slowestAnswerMs, ...(await confirmations.all()) };
    },
  };
}

/** The API's own reason; else, where nobody answered, the error's words. */
function reasonOf(error: unknown): string {
  const { data, message } = error as { data?: { reason?: string }; message: string };
  return data?.reason ?? message;
}

/** Looks into the store, as the API may be what is broken; while the store is away nothing is confirmed anyway. */
function confirmationsOf(stack: Stack, ids: ReadonlySet<string>) {
  const pending: OrderStatus = 'pending';
  const seen = new Set<string>();
  let longest = 0;
  let last = Number.NaN;
  let mendedAt = Number.NaN;
  let backAfterMs = Number.NaN;
  let isDone = false;
  const connection = mongoose.createConnection(stack.addresses.mongodb, {
    dbName: stack.database('gateway'),
    serverSelectionTimeoutMS: 2_000,
  });
  connection.on('error', () => {});
  const look = async () => {
    const waiting = [...ids].filter((id) => !seen.has(id));
    const found = await connection
      .collection<{ _id: string }>('orders')
      .find({ _id: { $in: waiting }, status: { $ne: pending } }, { projection: { _id: 1 } })
      .toArray();
    if (found.length === 0) return;
    for (const { _id } of found) seen.add(_id);
    const now = performance.now();
    if (Number.isNaN(backAfterMs)) backAfterMs = now - mendedAt;
    if (!Number.isNaN(last)) longest = Math.max(longest, now - last);
    last = Number.isNaN(last) ? last : now;
  };
  const looking = (async () => {
    while (!isDone) {
      await look().catch(() => {});
      await pause(LOOK_EVERY_MS);
    }
  })();
  return {
    from: () => {
      last = performance.now();
      longest = 0;
    },
    mended: () => {
      mendedAt = performance.now();
    },
    all: async () => {
      const began = performance.now();
      while (seen.size < ids.size && performance.now() - began < 600_000) await pause(LOOK_EVERY_MS);
      isDone = true;
      await looking;
      await connection.close();
      return { withoutConfirmationMs: longest, backAfterMs };
    },
  };
}

import type { OrderChanges } from './order-changes.ts';
import type { OrderRecord } from './order-record.ts';

export interface WatchedOrder {
  /** From the cache or the store. */
  read(): Promise<OrderRecord | null>;
  /** From the store itself. */
  refresh(): Promise<OrderRecord | null>;
}

/**
 * The order at once, then each newer revision, until the signal aborts. Nothing is skipped between reading and
 * listening, since it listens first; several changes at once may show as one.
 * @param since revision that the watcher has already; nothing is yielded until there is a newer one
 */
export async function* watchOrder(
  changes: OrderChanges,
  orderId: string,
  order: WatchedOrder,
  options: { since: number; signal: AbortSignal },
): AsyncGenerator<OrderRecord> {
  const { signal } = options;
  let seen = options.since;
  const subscription = await changes.subscribe(orderId);
  try {
    let current = await order.read();
    while (!signal.aborted) {
      if (current && current.revision > seen) {
        seen = current.revision;
        yield current;
      }
      const news = await subscription.news(signal);
      if (signal.aborted) return;
      current = await (news ? order.read() : order.refresh()).catch(() => null);
    }
  } finally {
    subscription.end();
  }
}

import type { useTrpcClient } from '../trpc/client.tsx';
import { takeSlot } from './stream-slot.ts';
import type { OrderUpdate } from './types.ts';

type Client = ReturnType<typeof useTrpcClient>;

/** `live`: changes come by themselves. `connecting`: they do in a moment. `lost`: nobody answers; it is tried again. */
export type StreamState = 'connecting' | 'live' | 'lost';

interface Watcher {
  readonly orderIds: readonly string[];
  onUpdate(update: OrderUpdate): void;
  /** Something may have been missed, and why is for the order's own query to find out. */
  onDoubt(): void;
  onState(state: StreamState): void;
}

export interface OrderStream {
  watch(watcher: Watcher): () => void;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 15_000;
/** The procedure takes no more at once. */
const MOST_ORDERS = 20;
const POLL_MS = 4_000;

const streams = new WeakMap<Client, OrderStream>();

/** The one stream of this tab, for all orders that any of its parts watches. */
export function streamOf(client: Client): OrderStream {
  const known = streams.get(client) ?? createStream(client);
  streams.set(client, known);
  return known;
}

/** Ends while nobody looks at the tab, and goes on after the last change that was seen. */
function createStream(client: Client): OrderStream {
  const watchers = new Set<Watcher>();
  let running: { readonly ids: string; end(): void } | undefined;
  let lastEventId: string | undefined;
  let state: StreamState = 'connecting';
  let failures = 0;

  const tell = (next: StreamState) => {
    state = next;
    for (const watcher of watchers) watcher.onState(next);
  };
  const doubt = () => {
    for (const watcher of watchers) watcher.onDoubt();
  };
  const wanted = () =>
    document.hidden ? [] : [...new Set([...watchers].flatMap(({ orderIds }) => orderIds))].sort().slice(0, MOST_ORDERS);

  const sync = () => {
    const ids = wanted();
    if (running?.ids === ids.join()) return;
    running?.end();
    running = ids.length > 0 ? run(ids) : undefined;
  };

  const run = (orderIds: string[]) => {
    const ended = new AbortController();
    let retry: ReturnType<typeof setTimeout> | undefined;
    const failed = () => {
      if (ended.signal.aborted) return;
      failures++;
      tell('lost');
      doubt();
      const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
      retry = setTimeout(subscribe, wait);
    };
    let subscription: { unsubscribe(): void } | undefined;
    const subscribe = () => {
      subscription?.unsubscribe();
      subscription = client.orders.watchMany.subscribe(
        { orderIds, ...(lastEventId !== undefined && { lastEventId }) },
        {
          onStarted: () => {
            failures = 0;
            tell('live');
          },
          onConnectionStateChange: (change) => {
            if (change.state === 'connecting' && change.error) tell('lost');
            if (change.state === 'pending') tell('live');
          },
          onData: ({ id, data }) => {
            lastEventId = id;
            for (const watcher of watchers) if (watcher.orderIds.includes(data.orderId)) watcher.onUpdate(data);
          },
          onError: failed,
          onComplete: failed,
        },
      );
    };
    void takeSlot(ended.signal, { everyMs: POLL_MS, onWait: doubt }).then((taken) => taken && subscribe());
    return {
      ids: orderIds.join(),
      end: () => {
        ended.abort();
        clearTimeout(retry);
        subscription?.unsubscribe();
      },
    };
  };

  return {
    watch(watcher) {
      if (watchers.size === 0) document.addEventListener('visibilitychange', sync);
      watchers.add(watcher);
      watcher.onState(state);
      sync();
      return () => {
        watchers.delete(watcher);
        if (watchers.size === 0) document.removeEventListener('visibilitychange', sync);
        sync();
      };
    },
  };
}

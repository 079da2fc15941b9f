import type { OptionalRedis } from '../platform/redis.ts';
import { channelOf } from './order-cache.ts';

export interface Subscription {
  /**
   * Waits for news of the order: true, or false when there were none for a while and the store should be asked.
   * News that came since the last wait count.
   */
  news(signal: AbortSignal): Promise<boolean>;
  end(): void;
}

export type OrderChanges = ReturnType<typeof createOrderChanges>;

/** How often a watcher asks the store: without Redis that is all it has; with it, in case a message got lost. */
const POLL_MS = { without: 1_000, with: 10_000 } as const;

/** Changes of orders as Redis announces them, whichever replica or process made them. */
export function createOrderChanges(redis: OptionalRedis, poll: { without: number; with: number } = POLL_MS) {
  const { subscriber } = redis;
  const watchers = new Map<string, { wakes: Set<() => void>; subscribed: Promise<unknown> }>();

  subscriber.on('message', (channel: string) => {
    for (const wake of watchers.get(channel)?.wakes ?? []) wake();
  });
  const wakeAll = () => {
    for (const { wakes } of watchers.values()) for (const wake of wakes) wake();
  };
  // From here on watchers have to ask the store, and more often.
  subscriber.on('close', wakeAll);
  // Whatever happened while Redis was away went unheard, so everybody looks once.
  subscriber.on('ready', async () => {
    if (watchers.size === 0) return;
    await subscriber.subscribe(...watchers.keys()).catch(() => {});
    wakeAll();
  });

  const subscribe = async (channel: string) =>
    subscriber.status === 'ready' ? subscriber.subscribe(channel).catch(() => {}) : undefined;

  const join = async (channel: string, wake: () => void): Promise<void> => {
    const others = watchers.get(channel);
    others?.wakes.add(wake);
    const subscribed = others?.subscribed ?? subscribe(channel);
    if (!others) watchers.set(channel, { wakes: new Set([wake]), subscribed });
    await subscribed;
  };

  const leave = (channel: string, wake: () => void): void => {
    const wakes = watchers.get(channel)?.wakes;
    wakes?.delete(wake);
    if (wakes?.size !== 0) return;
    watchers.delete(channel);
    if (subscriber.status === 'ready') subscriber.unsubscribe(channel).catch(() => {});
  };

  return {
    /** Listens for one order. Subscribe before reading it, or a change in between is missed. */
    async subscribe(orderId: string): Promise<Subscription> {
      const channel = channelOf(redis, orderId);
      let pending = false;
      let resolve: ((news: boolean) => void) | undefined;
      const wake = () => {
        pending = true;
        resolve?.(true);
      };
      await join(channel, wake);
      return {
        news: async (signal) => {
          if (!pending && !signal.aborted) {
            const pause = subscriber.status === 'ready' ? poll.with : poll.without;
            const timer = setTimeout(() => resolve?.(false), pause);
            const stop = () => resolve?.(false);
            signal.addEventListener('abort', stop);
            await new Promise<boolean>((settle) => {
              resolve = settle;
            });
            clearTimeout(timer);
            signal.removeEventListener('abort', stop);
            resolve = undefined;
          }
          const heard = pending;
          pending = false;
          return heard;
        },
        end: () => leave(channel, wake),
      };
    },
  };
}

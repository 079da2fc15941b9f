import type { Logger } from '@orderflow/runtime';
import { Redis } from 'ioredis';

/** A command that takes longer counts as an outage: the store is faster than waiting. */
const COMMAND_TIMEOUT_MS = 250;
/** After a command that failed, nobody asks again for so long, so that a Redis that hangs costs one request its time. */
const COOL_DOWN_MS = 1_000;

/**
 * A Redis that may be away. Nothing waits for it, fails or hangs because of it: `attempt` answers undefined, and
 * the caller does without. An outage is logged once, and its end.
 */
export interface OptionalRedis {
  readonly client: Redis;
  /** For subscriptions; a subscribed connection takes no other commands. */
  readonly subscriber: Redis;
  readonly usable: boolean;
  /** Whether the connection was lost and is back for less than so long: what is found may be from before. */
  isBackFor(lessThanMs: number): boolean;
  /** Calls it whenever commands may work again: there is a new connection, or one that failed was a while ago. */
  onBack(listener: () => void): void;
  /** The name of a key or channel; those of different installations on one Redis differ. */
  name(...parts: string[]): string;
  attempt<T>(command: (client: Redis) => Promise<T>): Promise<T | undefined>;
  close(): Promise<void>;
}

/** @param installation the orders' database; gateway and order-process have it in common */
export function connectRedis(url: string, installation: string, log: Logger): OptionalRedis {
  const options = {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2_000,
    retryStrategy: (times: number) => Math.min(100 * times, 1_000),
  };
  const client = new Redis(url, { ...options, connectionName: 'orderflow' });
  const subscriber = new Redis(url, { ...options, connectionName: 'orderflow-subscriber' });
  let away = false;
  /** Away since a command failed, on a connection that may be well. */
  let slow = false;
  let cooling: NodeJS.Timeout | undefined;
  let wasCut = false;
  let backSince = Number.NEGATIVE_INFINITY;
  const listeners: (() => void)[] = [];

  const lost = (error: Error) => {
    if (!away) log.warn({ error: error.message }, 'Redis is away: doing without');
    away = true;
  };
  client.on('error', lost);
  subscriber.on('error', lost);
  const back = () => {
    if (away) log.info('Redis is back');
    away = false;
    slow = false;
  };
  const mayWork = () => {
    for (const listener of listeners) listener();
  };
  /** No new connection would tell of the end of this. */
  const coolDown = () => {
    clearTimeout(cooling);
    cooling = setTimeout(() => {
      cooling = undefined;
      if (client.status === 'ready') mayWork();
    }, COOL_DOWN_MS).unref();
  };
  client.on('close', () => {
    wasCut = true;
    lost(new Error('connection closed'));
  });
  client.on('ready', () => {
    if (wasCut) backSince = performance.now();
    wasCut = false;
    clearTimeout(cooling);
    cooling = undefined;
    back();
    mayWork();
  });

  return {
    client,
    subscriber,
    get usable() {
      return client.status === 'ready' && cooling === undefined;
    },
    isBackFor: (lessThanMs) => performance.now() - backSince < lessThanMs,
    onBack: (listener) => void listeners.push(listener),
    name: (...parts) => [installation, ...parts].join(':'),
    async attempt(command) {
      if (!this.usable) return undefined;
      try {
        const answer = await command(client);
        if (slow) back();
        return answer;
      } catch (error) {
        slow = true;
        coolDown();
        lost(error as Error);
        return undefined;
      }
    },
    close: async () => {
      clearTimeout(cooling);
      client.removeAllListeners('close');
      client.disconnect();
      subscriber.disconnect();
    },
  };
}

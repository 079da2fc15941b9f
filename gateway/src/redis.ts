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
  /** The name of a key or channel; those of different installations on one Redis differ. */
  name(...parts: string[]): string;
  attempt<T>(command: (client: Redis) => Promise<T>): Promise<T | undefined>;
  close(): Promise<void>;
}

/** @param installation the orders' database; gateway and order-status have it in common */
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
  let coolUntil = 0;

  const lost = (error: Error) => {
    if (!away) log.warn({ error: error.message }, 'Redis is away: doing without');
    away = true;
  };
  client.on('error', lost);
  subscriber.on('error', lost);
  client.on('close', () => lost(new Error('connection closed')));
  client.on('ready', () => {
    if (away) log.info('Redis is back');
    away = false;
    coolUntil = 0;
  });

  return {
    client,
    subscriber,
    get usable() {
      return client.status === 'ready' && Date.now() >= coolUntil;
    },
    name: (...parts) => [installation, ...parts].join(':'),
    async attempt(command) {
      if (!this.usable) return undefined;
      try {
        return await command(client);
      } catch (error) {
        coolUntil = Date.now() + COOL_DOWN_MS;
        lost(error as Error);
        return undefined;
      }
    },
    close: async () => {
      client.removeAllListeners('close');
      client.disconnect();
      subscriber.disconnect();
    },
  };
}

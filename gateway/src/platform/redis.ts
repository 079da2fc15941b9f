import { type Logger, redisAddress } from '@orderflow/runtime';
import { Cluster, Redis } from 'ioredis';

/** A command that takes longer counts as an outage: the store is faster than waiting. */
const COMMAND_TIMEOUT_MS = 250;
/** After a command that failed, nobody asks again for so long, so that a Redis that hangs costs one request its time. */
const COOL_DOWN_MS = 1_000;
/** A command that a cluster's node refuses goes to another so often: within its time, which begins anew with none of them. */
const CLUSTER_TRIES = { maxRedirections: 3, retryDelayOnFailover: 50, retryDelayOnClusterDown: 50 } as const;
const CONNECT_TIMEOUT_MS = 2_000;

export type RedisClient = Redis | Cluster;

/**
 * A Redis that may be away. Nothing waits for it, fails or hangs because of it: `attempt` answers undefined, and
 * the caller does without. An outage is logged once, and its end.
 */
export interface OptionalRedis {
  readonly client: RedisClient;
  /** For subscriptions; a subscribed connection takes no other commands. */
  readonly subscriber: RedisClient;
  readonly usable: boolean;
  /** Whether the connection was lost and is back for less than so long: what is found may be from before. */
  isBackFor(lessThanMs: number): boolean;
  /** Calls it whenever commands may work again: there is a new connection, or one that failed was a while ago. */
  onBack(listener: () => void): void;
  /** The name of a key or channel; those of different installations on one Redis differ. */
  name(...parts: string[]): string;
  attempt<T>(command: (client: RedisClient) => Promise<T>): Promise<T | undefined>;
  close(): Promise<void>;
}

const OPTIONS = {
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  commandTimeout: COMMAND_TIMEOUT_MS,
  connectTimeout: CONNECT_TIMEOUT_MS,
} as const;

const retryStrategy = (times: number) => Math.min(100 * times, 1_000);

/** Every command and script of ours has one key, so that a cluster needs no hash tags. */
function open(url: string, connectionName: string): RedisClient {
  const address = redisAddress(url);
  const options = { ...OPTIONS, connectionName };
  if (address.kind === 'node') return new Redis(address.url, { ...options, enableOfflineQueue: false, retryStrategy });
  const { username, password, isTls } = address;
  const access = { ...(username && { username }), ...(password && { password }), ...(isTls && { tls: {} }) };
  if (address.kind === 'cluster') {
    return new Cluster([...address.nodes], {
      ...CLUSTER_TRIES,
      enableOfflineQueue: false,
      clusterRetryStrategy: retryStrategy,
      slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
      // A certificate names the host as we were told it.
      ...(isTls && { dnsLookup: (host, done) => done(null, host) }),
      redisOptions: { ...options, ...access },
    });
  }
  const { sentinels, name, db, sentinelUsername, sentinelPassword } = address;
  return new Redis({
    ...options,
    ...access,
    enableOfflineQueue: false,
    retryStrategy,
    sentinelRetryStrategy: retryStrategy,
    sentinels: [...sentinels],
    name,
    db,
    ...(isTls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    ...(sentinelUsername && { sentinelUsername }),
    ...(sentinelPassword && { sentinelPassword }),
    // A primary that hangs keeps its connections, and so does one that comes back as a replica.
    failoverDetector: true,
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
}

/** @param installation the orders' database; gateway and order-process have it in common */
export function connectRedis(url: string, installation: string, log: Logger): OptionalRedis {
  const client = open(url, 'orderflow');
  const subscriber = open(url, 'orderflow-subscriber');
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
        // Of a cluster one node may be lost while the connection to the others stands, and another one have its keys next.
        if (client instanceof Cluster) backSince = performance.now();
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

import { parsedAs } from '../platform/readable.ts';
import type { OptionalRedis } from '../platform/redis.ts';
import { type OrderRecord, orderRecordSchema } from './order-record.ts';

/** A time-to-live bounds staleness when only order-process has lost Redis. */
const TTL_MS = 15_000;
/** Updates that wait for Redis to come back; more are dropped, and readers ask the store. */
const MAX_UNTOLD = 10_000;
/** Orders whose owners are kept in memory. */
const MAX_OWNERS = 50_000;

/**
 * Keeps a revision unless a newer one is there, and announces it to watchers. One script, so that a reader that read
 * the store before a write and comes late cannot put the old order over the new one.
 */
const KEEP_IF_NEWER = `
local kept = tonumber(redis.call('HGET', KEYS[1], 'revision') or '0')
if tonumber(ARGV[1]) > kept then
  redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'order', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
if ARGV[4] ~= '' then redis.call('PUBLISH', ARGV[4], ARGV[1]) end
return kept
`;

/** The channel on which changes of an order are announced; a message is its revision. */
export const channelOf = (redis: OptionalRedis, id: string): string => redis.name('order', id);

/** Where an order comes from that is not in Redis, or cannot be believed there. */
export interface OrderSource {
  load(): Promise<OrderRecord | null>;
  /** Asked once: an order's owner changes only when a guest's order is claimed, and then the order is asked for anew. */
  owner(): Promise<string | null>;
}

export type OrderCache = ReturnType<typeof createOrderCache>;

export function createOrderCache(redis: OptionalRedis) {
  const unpublished = new Map<string, OrderRecord>();
  const owners = new Map<string, string>();
  const keyOf = (id: string) => redis.name('order', id);

  const keep = (order: OrderRecord, channel: string) =>
    redis.attempt((client) =>
      client.eval(KEEP_IF_NEWER, 1, keyOf(order.id), order.revision, JSON.stringify(order), TTL_MS, channel),
    );

  const publishUpdate = async (order: OrderRecord): Promise<void> => {
    if ((await keep(order, channelOf(redis, order.id))) !== undefined) return;
    const waiting = unpublished.get(order.id);
    if (waiting ? waiting.revision < order.revision : unpublished.size < MAX_UNTOLD) unpublished.set(order.id, order);
  };
  redis.onBack(async () => {
    const late = [...unpublished.values()];
    unpublished.clear();
    // One by one: if Redis is away still, the first one finds out, and the others wait on.
    for (const order of late) await publishUpdate(order);
  });

  const remember = (id: string, owner: string): string => {
    if (owners.size >= MAX_OWNERS) owners.delete(owners.keys().next().value as string);
    owners.set(id, owner);
    return owner;
  };

  const ownerOf = async (id: string, { owner }: OrderSource): Promise<string | null> => {
    const known = owners.get(id);
    if (known !== undefined) return known;
    const asked = await owner();
    return asked === null ? null : remember(id, asked);
  };

  return {
    /** After a commit: caches the order and announces its revision to watchers. Never rejects. */
    publishUpdate,

    /**
     * The order from Redis, else from the store, which is then kept. Others may write to Redis: what does not look like
     * this order, or has another owner than in the store, counts as not there.
     */
    async read(id: string, source: OrderSource): Promise<OrderRecord | null> {
      // Redis may have kept over its outage what was written before; whoever writes may not be back yet to say better.
      if (redis.isBackFor(TTL_MS)) return this.refresh(source);
      const text = await redis.attempt((client) => client.hget(keyOf(id), 'order'));
      const cached = parsedAs(text, orderRecordSchema);
      if (cached?.id === id && cached.customerId === (await ownerOf(id, source))) return cached;
      return this.refresh(source);
    },

    /** The order from the store, kept in Redis on the way. */
    async refresh({ load }: OrderSource): Promise<OrderRecord | null> {
      const order = await load();
      if (order) {
        remember(order.id, order.customerId);
        void keep(order, '');
      }
      return order;
    },
  };
}

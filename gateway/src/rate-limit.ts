import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { refusal } from './api/errors.ts';
import type { OptionalRedis } from './redis.ts';

const MINUTE_SECONDS = 60;
/** Many customers may share an address, so an address may do more than one of them. */
const ADDRESS_FACTOR = 10;

export type RateLimit = ReturnType<typeof createRateLimit>;

/** Counts calls in Redis for all replicas together; without Redis each replica counts for itself. */
export function createRateLimit(redis: OptionalRedis, perMinute: number) {
  const identities = limiter(redis, redis.name('limit', 'who'), perMinute);
  const addresses = limiter(redis, redis.name('limit', 'address'), perMinute * ADDRESS_FACTOR);
  return {
    /** @throws RATE_LIMITED with the seconds to wait */
    address: (address: string) => addresses(address),
    /** Counts a call of a customer, or of an address that shows no identity. */
    identity: (identity: string) => identities(identity),
  };
}

function limiter(redis: OptionalRedis, keyPrefix: string, points: number) {
  const memory = new RateLimiterMemory({ keyPrefix, points, duration: MINUTE_SECONDS });
  const shared = new RateLimiterRedis({
    keyPrefix,
    points,
    duration: MINUTE_SECONDS,
    storeClient: redis.client,
    insuranceLimiter: memory,
    rejectIfRedisNotReady: true,
  });
  return async (key: string): Promise<void> => {
    try {
      await (redis.usable ? shared : memory).consume(key);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      throw refusal('RATE_LIMITED', `Too many requests; try again in ${retryAfterSeconds} s`, { retryAfterSeconds });
    }
  };
}

import type { PlaceOrderInput } from '@orderflow/contracts';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { refusal } from './api/errors.ts';
import { mailboxOf } from './buyers/mailbox.ts';
import type { OptionalRedis } from './redis.ts';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3_600;
/** Many customers may share an address, so an address may do more than one of them. */
const ADDRESS_FACTOR = 10;

export type RateLimit = ReturnType<typeof createRateLimit>;

export interface RateLimits {
  readonly perMinute: number;
  readonly guestOrdersPerHour: number;
}

/** Counts calls in Redis for all replicas together; without Redis each replica counts for itself. */
export function createRateLimit(redis: OptionalRedis, { perMinute, guestOrdersPerHour }: RateLimits) {
  const identities = limiter(redis, redis.name('limit', 'who'), perMinute);
  const addresses = limiter(redis, redis.name('limit', 'address'), perMinute * ADDRESS_FACTOR);
  const recipients = limiter(redis, redis.name('limit', 'recipient'), guestOrdersPerHour, HOUR_SECONDS);
  return {
    /** @throws RATE_LIMITED with the seconds to wait */
    address: (address: string) => addresses(address),
    /** Counts a call of a customer, or of an address that shows no identity. */
    identity: (identity: string) => identities(identity),
    /** Counts an order of a guest for whomever we write to about it. @throws RATE_LIMITED naming the field */
    recipients: async ({ email, phone }: PlaceOrderInput['contact']): Promise<void> => {
      await recipients(mailboxOf(email), 'contact.email');
      if (phone !== undefined) await recipients(phone, 'contact.phone');
    },
  };
}

function limiter(redis: OptionalRedis, keyPrefix: string, points: number, duration = MINUTE_SECONDS) {
  const memory = new RateLimiterMemory({ keyPrefix, points, duration });
  const shared = new RateLimiterRedis({
    keyPrefix,
    points,
    duration,
    storeClient: redis.client,
    insuranceLimiter: memory,
    rejectIfRedisNotReady: true,
  });
  return async (key: string, field?: string): Promise<void> => {
    try {
      await (redis.usable ? shared : memory).consume(key);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      const message = `Too many requests; try again in ${retryAfterSeconds} s`;
      throw refusal('RATE_LIMITED', message, { retryAfterSeconds, ...(field === undefined ? {} : { field }) });
    }
  };
}

import { createHmac } from 'node:crypto';
import type { PlaceOrderInput } from '@orderflow/contracts';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../platform/domain-error.ts';
import type { OptionalRedis } from '../platform/redis.ts';
import { sourceOfAddress } from './address.ts';
import { mailboxOf } from './mailbox.ts';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3_600;
/** Many customers may share an address, so an address may do more than one of them. */
const ADDRESS_FACTOR = 10;

export type RateLimit = ReturnType<typeof createRateLimit>;

export interface RateLimits {
  readonly perMinute: number;
  readonly guestOrdersPerHour: number;
  /** Keys the hash of whom we count, so that Redis holds neither addresses nor names. */
  readonly secret: string;
}

/** Counts calls in Redis for all replicas together; without Redis each replica counts for itself. */
export function createRateLimit(redis: OptionalRedis, { perMinute, guestOrdersPerHour, secret }: RateLimits) {
  const counting = (name: string, points: number, duration = MINUTE_SECONDS) =>
    limiter(redis, { keyPrefix: redis.name('limit', name), points, duration }, secret);
  const identities = counting('who', perMinute);
  const addresses = counting('address', perMinute * ADDRESS_FACTOR);
  const senders = counting('webhook', perMinute * ADDRESS_FACTOR);
  const recipients = counting('recipient', guestOrdersPerHour, HOUR_SECONDS);
  return {
    /** @throws RATE_LIMITED with the seconds to wait */
    address: (address: string) => addresses(sourceOfAddress(address)),
    /** Counts a webhook whose signature is not good; the others come as often as there is news. @throws RATE_LIMITED */
    webhook: (address: string) => senders(sourceOfAddress(address)),
    /** Counts a call of a customer, or of an address that shows no identity. */
    identity: (identity: string) => identities(identity),
    /** Counts an order of a guest for whomever we write to about it. @throws RATE_LIMITED naming the field */
    recipients: async ({ email, phone }: PlaceOrderInput['contact']): Promise<void> => {
      await recipients(mailboxOf(email), 'contact.email');
      if (phone !== undefined) await recipients(phone, 'contact.phone');
    },
  };
}

function limiter(
  redis: OptionalRedis,
  options: { keyPrefix: string; points: number; duration: number },
  secret: string,
) {
  const memory = new RateLimiterMemory(options);
  const shared = new RateLimiterRedis({
    ...options,
    storeClient: redis.client,
    insuranceLimiter: memory,
    rejectIfRedisNotReady: true,
  });
  const here = () => (redis.usable ? shared : memory);
  const hidden = (who: string) => createHmac('sha256', secret).update(who).digest('base64url');
  return async (who: string, field?: string): Promise<void> => {
    try {
      await here().consume(hidden(who));
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      const message = `Too many requests; try again in ${retryAfterSeconds} s`;
      throw new DomainError('RATE_LIMITED', message, { retryAfterSeconds, ...(field === undefined ? {} : { field }) });
    }
  };
}

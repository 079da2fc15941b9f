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
  /** Wrong passwords for one mailbox; an address may try ten times as many. */
  readonly signInsPerHour: number;
  /** Mails that anybody can have sent to one mailbox; an address may ask for ten times as many. */
  readonly accountMailsPerHour: number;
  /** Keys the hash of whom we count, so that Redis holds neither addresses nor names. */
  readonly secret: string;
}

/** Counts calls in Redis for all replicas together; without Redis each replica counts for itself. */
export function createRateLimit(
  redis: OptionalRedis,
  { perMinute, guestOrdersPerHour, signInsPerHour, accountMailsPerHour, secret }: RateLimits,
) {
  const counting = (name: string, points: number, duration = MINUTE_SECONDS) =>
    limiter(redis, { keyPrefix: redis.name('limit', name), points, duration }, secret);
  const identities = counting('who', perMinute);
  const addresses = counting('address', perMinute * ADDRESS_FACTOR);
  const senders = counting('webhook', perMinute * ADDRESS_FACTOR);
  const recipients = counting('recipient', guestOrdersPerHour, HOUR_SECONDS);
  const signIns = counting('sign-in', signInsPerHour, HOUR_SECONDS);
  const signInAddresses = counting('sign-in-address', signInsPerHour * ADDRESS_FACTOR, HOUR_SECONDS);
  const mails = counting('account-mail', accountMailsPerHour, HOUR_SECONDS);
  const mailAddresses = counting('account-mail-address', accountMailsPerHour * ADDRESS_FACTOR, HOUR_SECONDS);
  return {
    /** @throws RATE_LIMITED with the seconds to wait */
    address: (address: string) => addresses.count(sourceOfAddress(address)),
    /** Counts a webhook whose signature is not good; the others come as often as there is news. @throws RATE_LIMITED */
    webhook: (address: string) => senders.count(sourceOfAddress(address)),
    /** Counts a call of a customer, or of an address that shows no identity. */
    identity: (identity: string) => identities.count(identity),
    /** Counts an order of a guest for whomever we write to about it. @throws RATE_LIMITED naming the field */
    recipients: async ({ email, phone }: PlaceOrderInput['contact']): Promise<void> => {
      await recipients.count(mailboxOf(email), 'contact.email');
      if (phone !== undefined) await recipients.count(phone, 'contact.phone');
    },
    /**
     * Counts an attempt to sign in; one that succeeds is to be taken back, so that only wrong passwords count.
     * @param who the e-mail address, or whatever else a password is tried for
     * @throws RATE_LIMITED, whether there is such an account or not
     */
    signIn: async (address: string, who: string): Promise<{ succeeded(): Promise<void> }> => {
      const [source, mailbox] = [sourceOfAddress(address), mailboxOf(who)];
      await signInAddresses.count(source);
      await signIns.count(mailbox, 'email');
      return {
        succeeded: async () => {
          await Promise.all([signInAddresses.takeBack(source), signIns.takeBack(mailbox)]);
        },
      };
    },
    /** Counts a mail that somebody asks for, whether it is sent or not. @throws RATE_LIMITED */
    accountMail: async (address: string, email: string): Promise<void> => {
      await mailAddresses.count(sourceOfAddress(address));
      await mails.count(mailboxOf(email), 'email');
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
  return {
    async count(who: string, field?: string): Promise<void> {
      try {
        await here().consume(hidden(who));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
        const message = `Too many requests; try again in ${retryAfterSeconds} s`;
        throw new DomainError('RATE_LIMITED', message, {
          retryAfterSeconds,
          ...(field === undefined ? {} : { field }),
        });
      }
    },
    /** As if it had not been counted. */
    takeBack: (who: string): Promise<unknown> =>
      here()
        .reward(hidden(who))
        .catch(() => {}),
  };
}

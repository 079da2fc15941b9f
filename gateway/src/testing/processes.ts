import { readConfig, type Service, withAccess } from '@orderflow/runtime';
import { eventually, type Infrastructure, type WorkerFixture } from '@orderflow/runtime/testing';
import { issueToken } from '../access/tokens.ts';
import { gatewayEnv } from '../config.ts';
import { orderProcessEnv } from '../order-process/config.ts';
import { startOrderProcess } from '../order-process/start-order-process.ts';
import { type RunningGateway, startGateway } from '../start-gateway.ts';
import { SEED } from './orders.ts';

export const TOKEN_SECRET = 'a token secret of at least 32 characters';
export const WEBHOOK_SECRET = 'a carrier webhook secret';
export const STRIPE_SECRET = 'whsec_of_the_tests';
export const TWILIO_TOKEN = 'a twilio auth token';
export const MAIL_SECRET = 'a mail webhook secret';
/** Not where the gateway listens: what links begin with and Twilio signs is this. */
export const PUBLIC_URL = 'https://shop.example';

/** What a shop never sets: buyers may do as they like. */
const NO_BUYER_LIMITS = { FREE_DECLINES: '1000000', UNPAID_UNITS: '1000000', UNPAID_SHARE_PERCENT: '100' };

/** A gateway in this process, on a free port, with the fixture's vhost and database. */
export async function testGateway(
  workers: Pick<WorkerFixture, 'amqpUrl' | 'databaseName' | 'urlOf'>,
  infrastructure: Pick<Infrastructure, 'mongodbUri' | 'redisUrl'>,
  over: Record<string, string> = {},
): Promise<RunningGateway> {
  const env = {
    AMQP_URL: await amqpUrlOf(workers, 'gateway'),
    MONGODB_URI: infrastructure.mongodbUri,
    MONGODB_DATABASE: workers.databaseName,
    REDIS_URL: infrastructure.redisUrl,
    PORT: '0',
    LOG_LEVEL: 'silent',
    TOKEN_SECRET,
    CARRIER_WEBHOOK_SECRET: WEBHOOK_SECRET,
    STRIPE_API_KEY: 'sk_test_orderflow',
    STRIPE_WEBHOOK_SECRET: STRIPE_SECRET,
    TWILIO_AUTH_TOKEN: TWILIO_TOKEN,
    MAIL_WEBHOOK_SECRET: MAIL_SECRET,
    PUBLIC_URL,
    CATALOGUE_SEED: SEED,
    RATE_LIMIT_PER_MINUTE: '100000',
    GUEST_ORDERS_PER_HOUR: '100000',
    // All orders of a spec come from one address, and mostly nobody pays for them.
    ...NO_BUYER_LIMITS,
    ...over,
  };
  return startGateway(readConfig(gatewayEnv, env));
}

/** The worker's own broker user, by the way that the fixture's address takes. */
async function amqpUrlOf(workers: Pick<WorkerFixture, 'amqpUrl' | 'urlOf'>, worker: string): Promise<string> {
  const { username, password } = new URL(await workers.urlOf(worker));
  return withAccess(workers.amqpUrl, { user: decodeURIComponent(username), password: decodeURIComponent(password) });
}

export const tokenOf = (sub: string, role: 'customer' | 'staff' = 'customer', expiresIn = '1h'): Promise<string> =>
  issueToken(TOKEN_SECRET, { sub, role, expiresIn });

/** order-process in this process, consuming, on the fixture's vhost and the gateway's database. */
export async function testOrderProcess(
  workers: Pick<WorkerFixture, 'amqpUrl' | 'databaseName' | 'urlOf'>,
  infrastructure: Pick<Infrastructure, 'mongodbUri' | 'redisUrl'>,
  over: Record<string, string> = {},
): Promise<Service> {
  const env = {
    AMQP_URL: await amqpUrlOf(workers, 'order-process'),
    MONGODB_URI: infrastructure.mongodbUri,
    MONGODB_DATABASE: workers.databaseName,
    REDIS_URL: infrastructure.redisUrl,
    LOG_LEVEL: 'silent',
    RETRY_DELAYS_MS: '20,50,100',
    ...over,
  };
  const service = await startOrderProcess(readConfig(orderProcessEnv, env));
  // Its queue is bound to one fact after the other, and what is published before reaches the spec's own queue only.
  await eventually('order-process consumes', () => service.checks.get('consumer')?.() === true);
  return service;
}

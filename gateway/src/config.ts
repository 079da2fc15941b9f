import { env, processEnv, sharedEnv } from '@orderflow/runtime';
import { z } from 'zod';
import { regionsEnv } from './cells/directory.ts';
import { durationsEnv } from './orders/order-deadlines.ts';

const withoutSlash = (url: string) => url.replace(/\/+$/, '');

const PROXIES = 'must be how many proxies in front of us set X-Forwarded-For, 0 to 10';

export const gatewayEnv = {
  ...processEnv,
  ...durationsEnv,
  ...regionsEnv,
  SELLER_NAME: sharedEnv.SELLER_NAME,
  SELLER_ADDRESS: sharedEnv.SELLER_ADDRESS,
  SELLER_VAT_ID: sharedEnv.SELLER_VAT_ID,
  SELLER_TIME_ZONE: sharedEnv.SELLER_TIME_ZONE,
  MONGODB_DATABASE: processEnv.MONGODB_DATABASE.unwrap().default('orderflow_gateway'),
  HOST: env.text().default('127.0.0.1'),
  PORT: env.port().default(4_000),
  REDIS_URL: env.redis(),
  TOKEN_SECRET: env.secret(32),
  CARRIER_WEBHOOK_SECRET: env.secret(16),
  STRIPE_API_KEY: env.secret(8),
  /** Unset: the real Stripe. */
  STRIPE_API_URL: env.url('http', 'https').optional(),
  /** With it pages take cards by Stripe.js; without, a shop offers Stripe's test cards. */
  STRIPE_PUBLISHABLE_KEY: z
    .string()
    .regex(/^pk_(test|live)_\w+$/, 'must be a publishable key of Stripe (pk_test_… or pk_live_…)')
    .optional(),
  STRIPE_WEBHOOK_SECRET: env.secret(8),
  TWILIO_AUTH_TOKEN: env.secret(8),
  MAIL_WEBHOOK_SECRET: env.secret(16),
  /** Where the outside reaches us: links begin with it, and Twilio signs it. Unset: where we listen. */
  PUBLIC_URL: env.url('http', 'https').transform(withoutSlash).optional(),
  /** Where a demo's mails can be read. */
  MAILBOX_URL: env.url('http', 'https').optional(),
  /** Where customers see the shop: mails link there, and its pages may use the session's cookie. Unset: no links. */
  SHOP_URL: sharedEnv.SHOP_URL,
  /** Signs sessions; unset: made from TOKEN_SECRET. */
  AUTH_SECRET: env.secret(32).optional(),
  /** Signs guests' tracking links, for notification too; unset: made from TOKEN_SECRET, and only we can sign them. */
  TRACKING_SECRET: sharedEnv.TRACKING_SECRET,
  /** Whoever shows it is the shop's web server, and tells us the visitor's address; unset: nobody is. */
  WEB_SECRET: env.secret(32).optional(),
  /** Who takes the mails of accounts and tracking links; unset: nobody can sign up, nor ask for a link. */
  SMTP_URL: env.url('smtp', 'smtps').optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^@]+@[a-z0-9.-]+>?$/i, 'must be a sender, e.g. Orderflow <orders@example.com>')
    .default('Orderflow <orders@orderflow.example>'),
  AUDITOR_URL: env.url('http', 'https').optional(),
  AUDITOR_SECRET: env.secret(16).optional(),
  /** A broker user who may take from the dead-letter queues and hand back; unset: AMQP_URL's. */
  OPS_AMQP_URL: env.broker().optional(),
  /** RabbitMQ's management API, with credentials. */
  RABBITMQ_MANAGEMENT_URL: env.url('http', 'https').optional(),
  /** Path of a JSON file of products; those that are missing are added at the start. */
  CATALOGUE_SEED: env.text('must be the path of a JSON file').optional(),
  CANCEL_WINDOW_SECONDS: env.wholeNumber(0, 86_400).default(60),
  /** How long after delivery lines may be returned. */
  RETURN_WINDOW_DAYS: sharedEnv.RETURN_WINDOW_DAYS,
  PAYMENT_ATTEMPTS: sharedEnv.PAYMENT_ATTEMPTS,
  /** Calls a customer, or an address without a customer, may make in a minute. An address may make ten times as many in all. */
  RATE_LIMIT_PER_MINUTE: env.wholeNumber(1, 100_000_000).default(600),
  /** Orders without an account, for each e-mail address and each phone number: anybody can give somebody else's. */
  GUEST_ORDERS_PER_HOUR: env.wholeNumber(1, 100_000_000).default(10),
  /** Wrong passwords for each e-mail address; an address of the network may try ten times as many. */
  SIGN_INS_PER_HOUR: env.wholeNumber(1, 100_000_000).default(20),
  /** Mails for sign-up, reset and tracking links to each e-mail address; ten times as many asked for by one of the network. */
  ACCOUNT_MAILS_PER_HOUR: env.wholeNumber(1, 100_000_000).default(6),
  /** Connections that are open at once, streams included; more are refused. */
  MAX_CONNECTIONS: env.wholeNumber(1, 1_000_000).default(10_000),
  /** … from one address, or one /64 of IPv6; where proxies of ours are in front (TRUST_PROXY) it is theirs to bound them. */
  MAX_CONNECTIONS_PER_ADDRESS: env.wholeNumber(1, 1_000_000).default(1_000),
  /** By when a request, its body included, must have come. */
  REQUEST_TIMEOUT_SECONDS: env.wholeNumber(1, 3_600).default(30),
  /** Told to stop, it says so long that it is not ready and takes requests still, until whoever is in front sends them elsewhere. */
  LEAVE_MS: env.wholeNumber(0, 60_000).default(0),
  /** Declined cards that cost no delay: in a day of a mailbox, a customer or a card, in an hour four times as many of an address. */
  FREE_DECLINES: env.wholeNumber(1, 100_000_000).default(3),
  /** Items that a mailbox or a customer may hold with orders that are not paid; an address four times as many. */
  UNPAID_UNITS: env.wholeNumber(1, 100_000_000).default(30),
  /** The part of a SKU that one buyer may hold with orders that are not paid; three of it in any case, 100 is no limit. */
  UNPAID_SHARE_PERCENT: env.wholeNumber(1, 100).default(20),
  /** Origins whose pages may call the API. They do so with tokens: only those that are named may use cookies, too. */
  CORS_ORIGINS: env
    .text('must be origins separated by commas, or *')
    .default('*')
    .transform((list) => (list === '*' ? '*' : list.split(',').map((origin) => origin.trim()))),
  /** So many entries of X-Forwarded-For, from its end, are of proxies of ours; what is before them could be anybody's. */
  TRUST_PROXY: z.coerce.number({ error: PROXIES }).int(PROXIES).min(0, PROXIES).max(10, PROXIES).default(0),
};
export type GatewayConfig = z.output<z.ZodObject<typeof gatewayEnv>>;

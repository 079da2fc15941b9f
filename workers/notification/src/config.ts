import { quietHoursSchema } from '@orderflow/contracts';
import { env, readConfig as read, sharedEnv, workerEnv } from '@orderflow/runtime';
import { z } from 'zod';
import { DEFAULT_SETTLE_MS } from './decide-send.ts';

const QUIET_HOURS_RULE = 'must be quiet hours and a time zone, e.g. 22:00-07:00 Europe/Berlin';

/** `22:00-07:00 Europe/Berlin` */
const quietHours = z.string().transform((text, context) => {
  const [, from, until, timeZone] = /^(\S+)-(\S+) (\S+)$/.exec(text.trim()) ?? [];
  const parsed = quietHoursSchema.safeParse({ from, until, timeZone });
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: QUIET_HOURS_RULE });
  return z.NEVER;
});

const matching = (pattern: RegExp, rule: string) => z.string({ error: rule }).regex(pattern, rule);

/** @throws ConfigError naming every variable at fault */
export const readConfig = () =>
  read(
    {
      ...workerEnv,
      SMTP_URL: env.url('smtp', 'smtps'),
      MAIL_FROM: matching(/^[^@]+@[a-z0-9.-]+>?$/i, 'must be a sender, e.g. Orderflow <orders@example.com>'),
      /** Where a mail can be looked up by its Message-ID; unset: it cannot. */
      MAIL_LOOKUP_URL: env.url('http', 'https').optional(),
      TWILIO_ACCOUNT_SID: matching(/^AC[0-9a-zA-Z]{32}$/, 'must be a Twilio account SID (AC and 32 characters)'),
      TWILIO_AUTH_TOKEN: env.secret(8),
      TWILIO_FROM: matching(/^(\+[1-9]\d{6,14}|[A-Za-z][A-Za-z0-9 ]{0,10})$/, 'must be a phone number in E.164 form'),
      /** Where Twilio's API is served; unset is the real one. */
      TWILIO_API_URL: env.url('http', 'https').optional(),
      /** Where the gateway is reached from outside, for Twilio's reports; unset: none are asked for. */
      WEBHOOK_URL: env.url('http', 'https').optional(),
      SELLER_NAME: sharedEnv.SELLER_NAME,
      SELLER_ADDRESS: sharedEnv.SELLER_ADDRESS,
      SELLER_VAT_ID: sharedEnv.SELLER_VAT_ID,
      SELLER_TIME_ZONE: sharedEnv.SELLER_TIME_ZONE,
      /** The shop's pages, for links in letters; unset: letters have none. */
      SHOP_URL: env
        .url('http', 'https')
        .transform((url) => url.replace(/\/+$/, ''))
        .optional(),
      /** Signs the key in a guest's link, as the gateway knows it; unset: guests get no links. */
      TRACKING_SECRET: env.secret(32).optional(),
      DISPATCH_DAYS: sharedEnv.DISPATCH_DAYS,
      DELIVERY_DAYS: sharedEnv.DELIVERY_DAYS,
      /** As for the gateway: how long goods may be sent back after delivery. */
      RETURN_WINDOW_DAYS: env.wholeNumber(0, 3_650).default(30),
      /** So long after a send that ended without an answer its provider may still take the message. */
      SEND_SETTLE_MS: env.wholeNumber(0, 3_600_000).default(DEFAULT_SETTLE_MS),
      /** When customers who have chosen no quiet hours get no SMS; unset: they get them at any time. */
      QUIET_HOURS: quietHours.optional(),
    },
    process.env,
  );

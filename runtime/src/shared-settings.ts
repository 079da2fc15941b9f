import { env, readConfig } from './config.ts';

/**
 * Settings that several processes must have alike. Each process takes those it uses from here, so that there is one
 * range and one default; the auditor compares what they have (`settings-notice.ts`).
 */
export const sharedEnv = {
  /** How long an order may hold stock without being paid. Inventory says until when; the others count until it has. */
  HOLD_SECONDS: env.wholeNumber(1, 86_400).default(900),
  /** How often an order's payment may be tried. */
  PAYMENT_ATTEMPTS: env.wholeNumber(1, 20).default(5),
  /** How long before an authorisation lapses it is captured, parcel or not. */
  CAPTURE_MARGIN_SECONDS: env.wholeNumber(0, 604_800).default(43_200),
  /** How long an order may be silent beyond the end of its hold, or after a cancellation. */
  SILENT_SECONDS: env.wholeNumber(1, 604_800).default(600),
  /** How long a bank may process a payment: meanwhile the order does not expire. */
  PROCESSING_DAYS: env.wholeNumber(1, 365).default(7),
  /** How long after the cancel window the first parcel may take to leave. */
  DISPATCH_DAYS: env.wholeNumber(1, 365).default(3),
  /** How long after its expected arrival a parcel may take to arrive. */
  DELIVERY_DAYS: env.wholeNumber(1, 365).default(14),
  /** Of invoices and credit notes: who mails them and who serves them make the same ones. */
  SELLER_NAME: env.text().optional(),
  /** Its lines, with semicolons between them. */
  SELLER_ADDRESS: env.text().optional(),
  SELLER_VAT_ID: env.text().optional(),
  /** How long after delivery lines may be returned; a guest's link lives longer. */
  RETURN_WINDOW_DAYS: env.wholeNumber(0, 3_650).default(30),
  /** Where customers see the shop, without a slash at the end: mails link there. Unset: no links. */
  SHOP_URL: env
    .url('http', 'https')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Signs guests' links: who mails them and who takes them must know the same. */
  TRACKING_SECRET: env.secret(32).optional(),
  /** Of the calendar that documents are dated and numbered by; unset: Europe/Berlin. */
  SELLER_TIME_ZONE: env.timeZone().optional(),
};

/** What they are where the environment says nothing. */
export const SHARED_DEFAULTS = readConfig(sharedEnv, {});

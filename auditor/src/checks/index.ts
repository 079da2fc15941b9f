import type { OrderCheck } from './check.ts';
import { messageChecks } from './messages.ts';
import { moneyChecks } from './money.ts';
import { notificationChecks } from './notifications.ts';
import { orderChecks } from './orders.ts';
import { parcelChecks } from './parcels.ts';
import { holdChecks } from './stock-holds.ts';
import { STOCK_CHECKS } from './stock-levels.ts';
import { stripeChecks } from './stripe.ts';
import { whatFollows } from './what-follows.ts';

/** Every check of an order, in the order of the report. Those of the stock itself are in `stock-levels.ts`. */
export const ORDER_CHECKS: readonly OrderCheck[] = [
  ...holdChecks,
  ...moneyChecks,
  ...stripeChecks,
  ...orderChecks,
  ...parcelChecks,
  whatFollows,
  ...messageChecks,
  ...notificationChecks,
];

/** Of every check there is, as reports, metrics and docs/invariants.md name it. */
export const CHECK_NAMES: readonly string[] = [...STOCK_CHECKS, ...ORDER_CHECKS].map(({ name }) => name);

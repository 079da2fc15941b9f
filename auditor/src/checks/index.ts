import type { OrderCheck } from './check.ts';
import { documentChecks, SERIES_CHECK } from './documents.ts';
import { doubtChecks } from './doubts.ts';
import { editChecks } from './edits.ts';
import { erasureChecks } from './erasure.ts';
import { inspectionChecks } from './inspections.ts';
import { messageChecks } from './messages.ts';
import { moneyChecks } from './money.ts';
import { notificationChecks } from './notifications.ts';
import { orderChecks } from './orders.ts';
import { parcelChecks } from './parcels.ts';
import { holdChecks } from './stock-holds.ts';
import { STOCK_CHECKS } from './stock-levels.ts';
import { stripeChecks } from './stripe.ts';
import { whatFollows } from './what-follows.ts';

/** Every check of an order, in the report's sequence. `stock-levels.ts` has the checks of the stock documents. */
export const ORDER_CHECKS: readonly OrderCheck[] = [
  ...holdChecks,
  ...inspectionChecks,
  ...moneyChecks,
  ...doubtChecks,
  ...editChecks,
  ...documentChecks,
  ...stripeChecks,
  ...orderChecks,
  ...parcelChecks,
  ...erasureChecks,
  whatFollows,
  ...messageChecks,
  ...notificationChecks,
];

/** The names of all checks, as in reports, metrics and docs/invariants.md. */
export const CHECK_NAMES: readonly string[] = [...STOCK_CHECKS, ...ORDER_CHECKS, SERIES_CHECK].map(({ name }) => name);

import { DEFAULT_RETRY_DELAYS_MS, type QuietHours } from '@orderflow/contracts';
import { type Seller, sellerFrom } from '@orderflow/documents';
import { erasing, type WorkerParts } from '@orderflow/runtime';
import type { Connection } from 'mongoose';
import { DEFAULT_HANDLER_TIMEOUT_MS, type Mail, type Texts } from './adapters/messengers.ts';
import type { Correspondence } from './correspondence.ts';
import { correspondenceAggregates } from './correspondence-store.ts';
import { DEFAULT_SETTLE_MS } from './decide-send.ts';
import type { Deps } from './deps.ts';
import { eraseCorrespondence } from './erase-correspondence.ts';
import { handlers } from './handlers/index.ts';
import { onDeadline } from './handlers/on-deadline.ts';
import type { OrderLink } from './order-link.ts';
import { preferencesStore } from './preferences-store.ts';
import { noticeTemplates } from './render-notice.ts';
import { sendLedger } from './send-ledger.ts';
import { notification } from './worker.ts';

const MARGIN_MS = 5_000;
const DEFAULT_RETURN_DAYS = 30;
const noLink: OrderLink = async () => undefined;

export interface NotificationOptions {
  readonly mail: Mail;
  readonly texts: Texts;
  /** Of invoices and credit notes; by default a demo's. */
  readonly seller?: Seller | undefined;
  /** To the order's page; unset: letters have no link. */
  readonly orderLink?: OrderLink | undefined;
  /** How long goods may be sent back after delivery. */
  readonly returnDays?: number | undefined;
  /** Of customers who have chosen none; unset: none. */
  readonly quietHours?: QuietHours | undefined;
  /** The pauses after the first tries of an SMS that fail. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** How long a handler may run: a send that is older has crashed. */
  readonly handlerTimeoutMs?: number | undefined;
  /** So long after a send that ended without an answer its provider may still take the message. */
  readonly settleMs?: number | undefined;
}

/** The worker's parts on a database of its own. */
export function notificationParts(
  database: Connection,
  options: NotificationOptions,
): WorkerParts<typeof notification, Deps, Correspondence> {
  const { mail, texts, seller = sellerFrom(), quietHours, retryDelaysMs = DEFAULT_RETRY_DELAYS_MS } = options;
  const { orderLink = noLink, returnDays = DEFAULT_RETURN_DAYS } = options;
  const { handlerTimeoutMs = DEFAULT_HANDLER_TIMEOUT_MS, settleMs = DEFAULT_SETTLE_MS } = options;
  const { aggregates, erase } = erasing(correspondenceAggregates(database), {
    says: notification.says,
    erased: eraseCorrespondence,
  });
  return {
    deps: {
      mail,
      texts,
      ledger: sendLedger(database),
      preferences: preferencesStore(database),
      render: noticeTemplates(),
      seller,
      orderLink,
      returnDays,
      quietHours,
      retryDelaysMs,
      patience: { staleAfterMs: handlerTimeoutMs + MARGIN_MS, settleMs },
      correspondences: aggregates,
      erase,
    },
    aggregates,
    handlers,
    onDeadline,
  };
}

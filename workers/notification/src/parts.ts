import { DEFAULT_RETRY_DELAYS_MS, type QuietHours } from '@orderflow/contracts';
import type { WorkerParts } from '@orderflow/runtime';
import type { Connection } from 'mongoose';
import type { Mail, Texts } from './adapters/messengers.ts';
import { SEND_TIMEOUT_MS } from './adapters/smtp-mail.ts';
import type { Correspondence } from './correspondence.ts';
import { correspondenceAggregates } from './correspondence-store.ts';
import type { Deps } from './deps.ts';
import { handlers } from './handlers/index.ts';
import { onDeadline } from './handlers/on-deadline.ts';
import { preferencesStore } from './preferences-store.ts';
import { noticeTemplates } from './render-notice.ts';
import { sendLedger } from './send-ledger.ts';
import type { notification } from './worker.ts';

const MARGIN_MS = 5_000;

export interface NotificationOptions {
  readonly mail: Mail;
  readonly texts: Texts;
  /** Of customers who have chosen none; unset: none. */
  readonly quietHours?: QuietHours | undefined;
  /** The pauses after the first tries of an SMS that fail. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** How long a handler may run: a send that is older has crashed. */
  readonly handlerTimeoutMs?: number | undefined;
}

/** The worker's parts on a database of its own. */
export function notificationParts(
  database: Connection,
  { mail, texts, quietHours, retryDelaysMs = DEFAULT_RETRY_DELAYS_MS, handlerTimeoutMs = 30_000 }: NotificationOptions,
): WorkerParts<typeof notification, Deps, Correspondence> {
  return {
    deps: {
      mail,
      texts,
      ledger: sendLedger(database),
      preferences: preferencesStore(database),
      render: noticeTemplates(),
      quietHours,
      retryDelaysMs,
      staleAfterMs: Math.max(handlerTimeoutMs, SEND_TIMEOUT_MS) + MARGIN_MS,
    },
    aggregates: correspondenceAggregates(database),
    handlers,
    onDeadline,
  };
}

import type { QuietHours } from '@orderflow/contracts';
import type { Seller } from '@orderflow/documents';
import type { Aggregates, Eraser } from '@orderflow/runtime';
import type { Mail, Texts } from './adapters/messengers.ts';
import type { Correspondence } from './correspondence.ts';
import type { Patience } from './decide-send.ts';
import type { OrderLink } from './order-link.ts';
import type { PreferencesStore } from './preferences-store.ts';
import type { RenderNotice } from './render-notice.ts';
import type { SendLedger } from './send-ledger.ts';

/** What the handlers work with. */
export interface Deps {
  readonly mail: Mail;
  readonly texts: Texts;
  readonly ledger: SendLedger;
  readonly preferences: PreferencesStore;
  readonly render: RenderNotice;
  /** Of invoices and credit notes. */
  readonly seller: Seller;
  /** How long goods may be sent back after delivery, in days. */
  readonly returnDays: number;
  readonly orderLink: OrderLink;
  /** Of customers who have chosen none. */
  readonly quietHours: QuietHours | undefined;
  /** The pauses after the first tries of an SMS that fail; then they grow to an hour. */
  readonly retryDelaysMs: readonly number[];
  /** With sends of which nothing was heard. */
  readonly patience: Patience;
  readonly correspondences: Pick<Aggregates<Correspondence>, 'load' | 'amend'>;
  /** Takes an order's personal data out of its document. */
  readonly erase: Eraser;
}

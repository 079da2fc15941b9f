import type { Mail, Texts } from './adapters/messengers.ts';
import type { RenderNotice } from './render-notice.ts';
import type { SendLedger } from './send-ledger.ts';

/** What the handlers work with. */
export interface Deps {
  readonly mail: Mail;
  readonly texts: Texts;
  readonly ledger: SendLedger;
  readonly render: RenderNotice;
  /** Domain of our Message-IDs. */
  readonly mailDomain: string;
  /** A claim older than this was left by a crash. Longer than any send takes. */
  readonly staleAfterMs: number;
}

import type { Channel, Preferences, QuietHours } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Letter } from './adapters/messengers.ts';
import { attachmentsOf } from './attachments.ts';
import { type Correspondence, type Delivered, keyOf, type Notice, nameOf } from './correspondence.ts';
import type { Recipient } from './decide-notices.ts';
import { conclude, deliver } from './deliver.ts';
import type { Deps } from './deps.ts';
import type { Reader } from './render-notice.ts';

/** Where the shop is; of a customer who names no other time zone it is the likeliest. */
const USUAL_TIME_ZONE = 'Europe/Berlin';

export interface About {
  readonly orderId: string;
  readonly order: Correspondence;
  readonly preferences: Preferences | undefined;
}

/** The message's key in the ledger. */
export const ledgerId = (orderId: string, notice: Notice, channel: Channel): string =>
  `${orderId}:${nameOf(keyOf(notice))}:${channel}`;

/** Sends one notice on one channel, once, whoever else tries. */
export async function tell(
  deps: Deps,
  about: About,
  notice: Notice,
  { channel, to }: Recipient,
  context: Pick<HandlerContext, 'triedBefore' | 'signal'>,
): Promise<Delivered> {
  const { ledger, staleAfterMs, mail, texts } = deps;
  const id = ledgerId(about.orderId, notice, channel);
  if (channel === 'sms') {
    return deliver({ ledger, staleAfterMs, messenger: texts }, id, textTo(deps, about, notice, to), context);
  }
  const letter = await letterTo(deps, about, notice, to);
  return deliver({ ledger, staleAfterMs, messenger: mail }, id, letter, context);
}

/** How an SMS ended that is not to be sent any more; undefined: it never went out. */
export function concludeText(
  deps: Deps,
  about: About,
  notice: Notice,
  { to, reason }: { to: string; reason: string },
): Promise<Delivered | undefined> {
  const { ledger, staleAfterMs, texts: messenger } = deps;
  const id = ledgerId(about.orderId, notice, 'sms');
  return conclude({ ledger, staleAfterMs, messenger }, id, textTo(deps, about, notice, to), reason);
}

function textTo(deps: Deps, about: About, notice: Notice, to: string) {
  return { to, orderId: about.orderId, body: deps.render.text(readerOf(about, deps.quietHours), notice) };
}

async function letterTo(deps: Deps, about: About, notice: Notice, to: string): Promise<Letter> {
  const { orderId, order } = about;
  const reader = readerOf(about, deps.quietHours);
  const messageId = `<${orderId}.${nameOf(keyOf(notice))}@orderflow.${deps.mail.domain}>`;
  const attachments = await attachmentsOf(orderId, order, notice, reader.locale);
  return { to, messageId, attachments, ...deps.render.letter(reader, notice) };
}

function readerOf({ orderId, order, preferences }: About, usual: QuietHours | undefined): Reader {
  const timeZone = preferences?.quietHours?.timeZone ?? usual?.timeZone ?? USUAL_TIME_ZONE;
  return { orderId, order, locale: preferences?.locale ?? order.locale, timeZone };
}

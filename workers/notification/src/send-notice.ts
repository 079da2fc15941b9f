import type { Channel, Preferences } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Letter } from './adapters/messengers.ts';
import { attachmentsOf } from './attachments.ts';
import { type Correspondence, keyOf, type Notice, type NoticeKey, nameOf, type SendOutcome } from './correspondence.ts';
import type { Recipient } from './decide-notices.ts';
import type { Deps } from './deps.ts';
import type { Reader } from './render-notice.ts';
import { conclude, sendOnce } from './send-once.ts';

export interface About {
  readonly orderId: string;
  readonly order: Correspondence;
  readonly preferences: Preferences | undefined;
  /** It is sent again for this address. */
  readonly again?: number;
}

/** The message's key in the ledger. */
export const ledgerId = (orderId: string, key: NoticeKey, channel: Channel, again?: number): string =>
  `${orderId}:${messageOf(key, again)}:${channel}`;

/** What tells a message of an order from the others, also from the one that was sent to an address before. */
const messageOf = (key: NoticeKey, again?: number): string =>
  again === undefined ? nameOf(key) : `${nameOf(key)}.again-${again}`;

const messageIdOf = ({ domain }: Deps['mail'], { orderId, again }: Pick<About, 'orderId' | 'again'>, key: NoticeKey) =>
  `<${orderId}.${messageOf(key, again)}@orderflow.${domain}>`;

/** Sends one notice on one channel, once, whoever else tries. */
export async function sendNotice(
  deps: Deps,
  about: About,
  notice: Notice,
  { channel, to }: Recipient,
  context: Pick<HandlerContext, 'triedBefore' | 'signal' | 'now'>,
): Promise<SendOutcome> {
  const { ledger, patience, mail, texts } = deps;
  const id = ledgerId(about.orderId, keyOf(notice), channel, about.again);
  if (channel === 'sms') {
    return sendOnce({ ledger, patience, messenger: texts }, id, await textTo(deps, about, notice, to), context);
  }
  const letter = await letterTo(deps, about, notice, to, context.now);
  return sendOnce({ ledger, patience, messenger: mail }, id, letter, context);
}

/** How an SMS ended that is not to be sent any more. */
export async function concludeText(
  deps: Deps,
  about: About,
  notice: Notice,
  { to, ...why }: { readonly to: string; readonly reason: string; readonly now: Date },
): Promise<SendOutcome> {
  const { ledger, patience, texts: messenger } = deps;
  const id = ledgerId(about.orderId, keyOf(notice), 'sms');
  return conclude({ ledger, patience, messenger }, id, await textTo(deps, about, notice, to), why);
}

/** How a letter ended that is not to be sent any more. */
export function concludeLetter(
  { ledger, patience, mail: messenger }: Deps,
  about: Pick<About, 'orderId' | 'again'>,
  key: NoticeKey,
  why: { readonly reason: string; readonly now: Date },
): Promise<SendOutcome> {
  const id = ledgerId(about.orderId, key, 'email', about.again);
  return conclude({ ledger, patience, messenger }, id, { messageId: messageIdOf(messenger, about, key) }, why);
}

/** In the words of the first try, whatever was chosen or deployed since: an SMS is looked up by its words. */
async function textTo(deps: Deps, about: About, notice: Notice, to: string) {
  const { orderId } = about;
  const tried = await deps.ledger.entryOf(ledgerId(orderId, keyOf(notice), 'sms'));
  return { to, orderId, body: tried?.body ?? deps.render.text(readerOf(deps, about, null), notice) };
}

async function letterTo(deps: Deps, about: About, notice: Notice, to: string, now: Date): Promise<Letter> {
  const { orderId, order } = about;
  const reader = readerOf(deps, about, (await deps.orderLink(orderId, order.customerId, now)) ?? null);
  const messageId = messageIdOf(deps.mail, about, keyOf(notice));
  const attachments = await attachmentsOf(orderId, notice);
  const letter = deps.render.letter({ ...reader, isAttached: attachments.length > 0 }, notice);
  return { to, messageId, locale: reader.locale, attachments, ...letter };
}

function readerOf(deps: Deps, { orderId, order, preferences }: About, orderUrl: string | null): Reader {
  const { seller, returnDays, mail } = deps;
  const timeZone = preferences?.quietHours?.timeZone ?? deps.quietHours?.timeZone ?? seller.timeZone;
  const locale = preferences?.locale ?? order.locale;
  return { orderId, order, locale, timeZone, seller, returnDays, replyTo: mail.address, orderUrl, isAttached: false };
}

import type { Preferences, QuietHours } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { attachmentsOf } from './attachments.ts';
import { type Correspondence, type Delivered, keyOf, type Notice, nameOf } from './correspondence.ts';
import type { Recipient } from './decide-notices.ts';
import { deliver } from './deliver.ts';
import type { Deps } from './deps.ts';
import type { Reader } from './render-notice.ts';

/** Where the shop is; of a customer who names no other time zone it is the likeliest. */
const USUAL_TIME_ZONE = 'Europe/Berlin';

/** Sends one notice on one channel, once, whoever else tries. */
export async function tell(
  deps: Deps,
  about: { orderId: string; order: Correspondence; preferences: Preferences | undefined },
  notice: Notice,
  { channel, to }: Recipient,
  context: Pick<HandlerContext, 'triedBefore' | 'signal'>,
): Promise<Delivered> {
  const { ledger, staleAfterMs, mail, texts, render } = deps;
  const { orderId, order } = about;
  const reader = readerOf(about, deps.quietHours);
  const name = nameOf(keyOf(notice));
  const id = `${orderId}:${name}:${channel}`;
  if (channel === 'sms') {
    const message = { to, orderId, body: render.text(reader, notice) };
    return deliver({ ledger, staleAfterMs, messenger: texts }, id, message, context);
  }
  const messageId = `<${orderId}.${name}@orderflow.${mail.domain}>`;
  const attachments = await attachmentsOf(orderId, order, notice, reader.locale);
  const letter = { to, messageId, attachments, ...render.letter(reader, notice) };
  return deliver({ ledger, staleAfterMs, messenger: mail }, id, letter, context);
}

function readerOf(
  { orderId, order, preferences }: { orderId: string; order: Correspondence; preferences: Preferences | undefined },
  usual: QuietHours | undefined,
): Reader {
  const timeZone = preferences?.quietHours?.timeZone ?? usual?.timeZone ?? USUAL_TIME_ZONE;
  return { orderId, order, locale: preferences?.locale ?? order.locale, timeZone };
}

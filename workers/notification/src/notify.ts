import { NotificationFailed, NotificationSent } from '@orderflow/contracts';
import { type HandlerContext, ignore, NotYetError, type Outcome, type SaidBy } from '@orderflow/runtime';
import {
  type Correspondence,
  type Delivered,
  dueRecipients,
  type Notice,
  type NoticeSent,
  overtaken,
  type Recipient,
} from './decide-notices.ts';
import { deliver } from './deliver.ts';
import type { Deps } from './deps.ts';
import type { notification } from './worker.ts';

type Said = SaidBy<typeof notification>;
export type Result = Outcome<Correspondence, Said>;

/** Tells the customer, on every channel that is due. */
export async function notify(
  deps: Deps,
  orderId: string,
  order: Correspondence | null,
  notice: Notice,
  context: HandlerContext,
): Promise<Result> {
  if (order === null) throw new NotYetError('the order has not been heard of yet');
  const { kind } = notice;
  const pointless = overtaken(kind, order);
  if (pointless !== undefined) return ignore(pointless);
  const due = dueRecipients(kind, order);
  if (due.length === 0) return ignore(`the customer knows: ${kind}`);

  const notices: NoticeSent[] = [];
  const at = context.now.toISOString();
  for (const recipient of due) {
    const delivered = await tell(deps, orderId, order, notice, recipient, context);
    notices.push({ kind, channel: recipient.channel, at, ...delivered });
  }
  return { state: { ...order, notices: [...order.notices, ...notices] }, say: notices.map(factOf) };
}

function tell(
  deps: Deps,
  orderId: string,
  order: Correspondence,
  notice: Notice,
  { channel, to }: Recipient,
  context: HandlerContext,
): Promise<Delivered> {
  const { ledger, staleAfterMs, mail, texts, render, mailDomain } = deps;
  const id = `${orderId}:${notice.kind}:${channel}`;
  if (channel === 'sms') {
    const message = { to, body: render.text(orderId, order, notice) };
    return deliver({ ledger, staleAfterMs, messenger: texts }, id, message, context);
  }
  const messageId = `<${orderId}.${notice.kind}@orderflow.${mailDomain}>`;
  const letter = { to, messageId, ...render.letter(orderId, order, notice) };
  return deliver({ ledger, staleAfterMs, messenger: mail }, id, letter, context);
}

function factOf(notice: NoticeSent): Said {
  const { kind, channel } = notice;
  return notice.outcome === 'sent'
    ? NotificationSent.of({ kind, channel, providerId: notice.providerId })
    : NotificationFailed.of({ kind, channel, reason: notice.reason });
}

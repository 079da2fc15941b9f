import { randomUUID } from 'node:crypto';
import { type HandlerContext, NotYetError, UnknownOutcomeError } from '@orderflow/runtime';
import type { Messenger } from './adapters/messengers.ts';
import type { Delivered } from './correspondence.ts';
import { decideSend, NOBODY, type Patience } from './decide-send.ts';
import type { SendLedger } from './send-ledger.ts';

interface Delivery<Message> {
  readonly ledger: SendLedger;
  readonly messenger: Messenger<Message>;
  readonly patience: Patience;
}

/**
 * Sends a message once, whoever else tries and whatever crashed before: only the holder of its claim sends, and
 * where an earlier try may have sent it the provider is asked first.
 * @param id the message's key in the ledger
 * @throws NotYetError while somebody else sends it, or it may still arrive
 */
export async function deliver<Message extends { readonly to: string; readonly body?: string }>(
  { ledger, messenger, patience }: Delivery<Message>,
  id: string,
  message: Message,
  { triedBefore, signal }: Pick<HandlerContext, 'triedBefore' | 'signal'>,
): Promise<Delivered> {
  const claimId = randomUUID();
  const entry = await ledger.claim(id, claimId, message.body);
  const decided = decideSend(entry, { ...patience, claimId, now: new Date(), triedBefore });
  switch (decided.kind) {
    case 'done':
      return decided.delivered;
    case 'wait':
      throw new NotYetError(`${id} is being sent by somebody else`);
    case 'look_up': {
      const providerId = await messenger.find(message, entry.since ?? entry.at);
      if (providerId !== undefined) {
        const delivered = { outcome: 'sent', providerId } as const;
        await ledger.settle(id, entry.claimId, delivered);
        return delivered;
      }
      if (decided.otherwise === 'wait') throw new NotYetError(`${id} may still be on its way`);
      if (!(await ledger.takeOver(id, entry.claimId, claimId))) throw new NotYetError(`${id} was taken over`);
      return send(ledger, messenger, { id, claimId, message, signal });
    }
    case 'send':
      return send(ledger, messenger, { id, claimId, message, signal });
    default:
      return decided satisfies never;
  }
}

/**
 * How a message ended that is not to be sent any more: dropped, unless somebody has sent it. Nobody will from now on.
 * @param reason why it is not sent, for the ledger
 * @throws NotYetError while somebody sends it, or it may still arrive
 */
export async function conclude<Message>(
  { ledger, messenger, patience }: Delivery<Message>,
  id: string,
  message: Message,
  reason: string,
): Promise<Delivered> {
  const entry = await ledger.bar(id, reason);
  const decided = decideSend(entry, { ...patience, claimId: NOBODY, now: new Date(), triedBefore: true });
  if (decided.kind === 'done') return decided.delivered;
  const providerId = await messenger.find(message, entry.since ?? entry.at);
  if (providerId === undefined && decided.kind === 'look_up' && decided.otherwise === 'wait') {
    throw new NotYetError(`${id} may still be on its way`);
  }
  const delivered: Delivered =
    providerId === undefined ? { outcome: 'dropped', reason } : { outcome: 'sent', providerId };
  await ledger.settle(id, entry.claimId, delivered);
  return delivered;
}

async function send<Message>(
  ledger: SendLedger,
  messenger: Messenger<Message>,
  { id, claimId, message, signal }: { id: string; claimId: string; message: Message; signal: AbortSignal },
): Promise<Delivered> {
  let delivered: Delivered;
  try {
    delivered = await messenger.send(message, signal);
  } catch (error) {
    if (error instanceof UnknownOutcomeError) await ledger.doubt(id, claimId);
    else await ledger.release(id, claimId);
    throw error;
  }
  await ledger.settle(id, claimId, delivered);
  return delivered;
}

import { randomUUID } from 'node:crypto';
import { type HandlerContext, NotYetError, UnknownOutcomeError } from '@orderflow/runtime';
import type { Messenger } from './adapters/messengers.ts';
import type { SendOutcome } from './correspondence.ts';
import { decideSend, NOBODY, type Patience } from './decide-send.ts';
import type { SendLedger } from './send-ledger.ts';

interface SendDeps<Message, Sought> {
  readonly ledger: SendLedger;
  readonly messenger: Messenger<Message, Sought>;
  readonly patience: Patience;
}

type SendContext = Pick<HandlerContext, 'triedBefore' | 'signal' | 'now'>;

/**
 * Sends a message once, whoever else tries and whatever crashed before: only the holder of its claim sends, and
 * where an earlier try may have sent it the provider is asked first.
 * @param id the message's key in the ledger
 * @throws NotYetError while somebody else sends it, or it may still arrive
 */
export async function sendOnce<Sought, Message extends Sought & { readonly to: string; readonly body?: string }>(
  { ledger, messenger, patience }: SendDeps<Message, Sought>,
  id: string,
  message: Message,
  context: SendContext,
): Promise<SendOutcome> {
  const { now, triedBefore } = context;
  const startedAt = performance.now();
  const claimId = randomUUID();
  const entry = await ledger.claim(id, claimId, now, message.body);
  const decided = decideSend(entry, { ...patience, claimId, now, triedBefore });
  switch (decided.kind) {
    case 'done':
      return decided.outcome;
    case 'wait':
      throw new NotYetError(`${id} is being sent by somebody else`);
    case 'look_up': {
      const providerId = await messenger.find(message, entry.since ?? entry.at);
      if (providerId !== undefined) {
        const outcome = { outcome: 'sent', providerId } as const;
        await ledger.settle(id, entry.claimId, outcome, now);
        return outcome;
      }
      if (decided.otherwise === 'wait') throw new NotYetError(`${id} may still be on its way`);
      if (!(await ledger.takeOver(id, entry.claimId, claimId, now))) throw new NotYetError(`${id} was taken over`);
      return send(ledger, messenger, { id, claimId, message, startedAt }, context);
    }
    case 'send':
      return send(ledger, messenger, { id, claimId, message, startedAt }, context);
    default:
      return decided satisfies never;
  }
}

/**
 * How a message ended that is not to be sent any more: dropped, unless somebody has sent it. Nobody will from now on.
 * @param reason why it is not sent, for the ledger
 * @throws NotYetError while somebody sends it, or it may still arrive
 */
export async function conclude<Sought>(
  {
    ledger,
    messenger,
    patience,
  }: Pick<SendDeps<never, never>, 'ledger' | 'patience'> & {
    readonly messenger: Pick<Messenger<never, Sought>, 'find'>;
  },
  id: string,
  message: Sought,
  { reason, now }: { readonly reason: string; readonly now: Date },
): Promise<SendOutcome> {
  const entry = await ledger.bar(id, reason, now);
  const decided = decideSend(entry, { ...patience, claimId: NOBODY, now, triedBefore: true });
  if (decided.kind === 'done') return decided.outcome;
  const providerId = await messenger.find(message, entry.since ?? entry.at);
  if (providerId === undefined && decided.kind === 'look_up' && decided.otherwise === 'wait') {
    throw new NotYetError(`${id} may still be on its way`);
  }
  const outcome: SendOutcome =
    providerId === undefined ? { outcome: 'dropped', reason } : { outcome: 'sent', providerId };
  await ledger.settle(id, entry.claimId, outcome, now);
  return outcome;
}

async function send<Message>(
  ledger: SendLedger,
  messenger: Pick<Messenger<Message>, 'send'>,
  { id, claimId, message, startedAt }: { id: string; claimId: string; message: Message; startedAt: number },
  { now, signal }: SendContext,
): Promise<SendOutcome> {
  let outcome: SendOutcome;
  try {
    outcome = await messenger.send(message, signal);
  } catch (error) {
    // From now on the provider may take the message for a while, not from when this handler began.
    const endedAt = new Date(now.getTime() + performance.now() - startedAt);
    if (error instanceof UnknownOutcomeError) await ledger.markUnsure(id, claimId, endedAt);
    else await ledger.release(id, claimId);
    throw error;
  }
  await ledger.settle(id, claimId, outcome, now);
  return outcome;
}

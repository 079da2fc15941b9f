import { decideWithCalls, type HandlerContext, wait } from '@orderflow/runtime';
import { type Correspondence, keyOf, type Notice } from './correspondence.ts';
import { decideNotify, type NotificationDecision, type NotifyAnswers, type NotifyCall } from './decide-notify.ts';
import { isBarred } from './decide-send.ts';
import type { Deps } from './deps.ts';
import { ledgerId, sendNotice } from './send-notice.ts';

/** Sends a notice as the customer wants it, and makes the calls that `decideNotify` asks for. */
export async function notify(
  deps: Deps,
  orderId: string,
  order: Correspondence | null,
  notice: Notice,
  context: HandlerContext,
): Promise<NotificationDecision> {
  if (order === null) return unknownOrder;
  const preferences = await deps.preferences.of(order.customerId);
  const input = { preferences, usualQuietHours: deps.quietHours, now: context.now };
  let answers: NotifyAnswers = {};
  const call = async (wanted: NotifyCall): Promise<NotifyAnswers> => {
    if (wanted.kind === 'bar_email') {
      const entry = await deps.ledger.bar(ledgerId(orderId, keyOf(notice), 'email'), wanted.reason, context.now);
      answers = { ...answers, isBarred: isBarred(entry) };
    } else {
      const recipient = { channel: 'email', to: wanted.to } as const;
      answers = {
        ...answers,
        email: await sendNotice(deps, { orderId, order, preferences }, notice, recipient, context),
      };
    }
    return answers;
  };
  const decide = (known: NotifyAnswers) => decideNotify(order, notice, known, input);
  return decideWithCalls(decide(answers), call, decide);
}

/** Were the event ignored before there is a document, no mark of it would stay. */
export const unknownOrder = wait('the order has not been heard of yet');

import type { EventOf, OrderEmailChanged } from '@orderflow/contracts';
import { decideWithCalls, type HandlerContext, ignore } from '@orderflow/runtime';
import type { Correspondence, SendOutcome } from '../correspondence.ts';
import type { NotificationDecision } from '../decide-notify.ts';
import { type AgainOutcomes, decideReaddress, OVERTAKEN, type SendAgain } from '../decide-readdress.ts';
import type { Deps } from '../deps.ts';
import { isErased, NOBODY_LEFT } from '../erase-correspondence.ts';
import { unknownOrder } from '../notify.ts';
import { concludeLetter, sendNotice } from '../send-notice.ts';

/** Writes to the address that the order has now, and sends again what matters. */
export async function onOrderEmailChanged(
  deps: Deps,
  { subject: orderId, data }: EventOf<typeof OrderEmailChanged>,
  state: Correspondence | null,
  context: HandlerContext,
): Promise<NotificationDecision> {
  if (state === null) return unknownOrder;
  if (isErased(state)) return ignore(NOBODY_LEFT);
  const preferences = await deps.preferences.of(data.customerId ?? state.customerId);
  const decide = (outcomes?: AgainOutcomes) =>
    decideReaddress(state, data, outcomes, { preferences, now: context.now, triedBefore: context.triedBefore });
  const call = async ({ order, notices, again, isOvertaken }: SendAgain) => {
    const recipient = { channel: 'email', to: order.contact.email } as const;
    const about = { orderId, order, preferences, again };
    const why = { to: data.email, reason: OVERTAKEN, now: context.now };
    const outcomes: SendOutcome[] = [];
    for (const notice of notices) {
      outcomes.push(
        isOvertaken
          ? await concludeLetter(deps, about, notice, why)
          : await sendNotice(deps, about, notice, recipient, context),
      );
    }
    return outcomes;
  };
  return decideWithCalls(decide(), call, decide);
}

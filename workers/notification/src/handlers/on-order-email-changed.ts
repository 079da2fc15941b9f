import type { EventOf, OrderEmailChanged } from '@orderflow/contracts';
import { decideWithCalls, type HandlerContext } from '@orderflow/runtime';
import type { Correspondence, SendOutcome } from '../correspondence.ts';
import type { NotificationDecision } from '../decide-notify.ts';
import { type AgainOutcomes, decideReaddress, NOT_AGAIN, type SendAgain } from '../decide-readdress.ts';
import type { Deps } from '../deps.ts';
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
  const preferences = await deps.preferences.of(data.customerId ?? state.customerId);
  const decide = (outcomes?: AgainOutcomes) =>
    decideReaddress(state, data, outcomes, { preferences, now: context.now });
  const call = async ({ order, letters, again }: SendAgain) => {
    const recipient = { channel: 'email', to: order.contact.email } as const;
    const about = { orderId, order, preferences, again };
    const why = { reason: NOT_AGAIN, now: context.now };
    const outcomes: SendOutcome[] = [];
    for (const { key, notice } of letters) {
      outcomes.push(
        notice
          ? await sendNotice(deps, about, notice, recipient, context)
          : await concludeLetter(deps, about, key, why),
      );
    }
    return outcomes;
  };
  return decideWithCalls(decide(), call, decide);
}

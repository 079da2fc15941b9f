import type { EventOf, PaymentRefundFailed } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { NotificationDecision } from '../decide-notify.ts';
import type { Deps } from '../deps.ts';
import { notify, unknownOrder } from '../notify.ts';

/** The customer waits for money that does not come. Of a refund that another took the place of there is nothing to tell. */
export function onPaymentRefundFailed(
  deps: Deps,
  { subject, data: { refundId: occasion, amount, code } }: EventOf<typeof PaymentRefundFailed>,
  state: Correspondence | null,
  context: HandlerContext,
): NotificationDecision | Promise<NotificationDecision> {
  if (state === null) return unknownOrder;
  if (code === 'nothing_left' || code === 'amount_zero') return ignore('all of it was given back otherwise');
  return notify(deps, subject, state, { kind: 'refund_failed', occasion, amount }, context);
}

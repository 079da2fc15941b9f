import type { EventOf, PaymentRefunded } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onPaymentRefunded = (
  deps: Deps,
  event: EventOf<typeof PaymentRefunded>,
  state: Correspondence | null,
  context: HandlerContext,
) => {
  const { refundId: occasion, amount, totalRefunded, lines, cause } = event.data;
  const refund = { amount, totalRefunded, lines, cause, date: event.time };
  const notice = { kind: 'payment_refunded', occasion, ...refund } as const;
  return notify(deps, event.subject, state, notice, context);
};

import type { EventOf, PaymentActionRequired } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onPaymentActionRequired = (
  deps: Deps,
  event: EventOf<typeof PaymentActionRequired>,
  state: Correspondence | null,
  context: HandlerContext,
) => {
  const { attempt, deadline } = event.data;
  const notice = { kind: 'payment_action_required', occasion: String(attempt), deadline } as const;
  return notify(deps, event.subject, state, notice, context);
};

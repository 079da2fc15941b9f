import type { EventOf, PaymentDeclined } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onPaymentDeclined = (
  deps: Deps,
  event: EventOf<typeof PaymentDeclined>,
  state: Correspondence | null,
  context: HandlerContext,
) => {
  const { attempt, code, message, attemptsLeft, final, retryUntil } = event.data;
  const decline = { occasion: String(attempt), code, message, attemptsLeft, final, retryUntil };
  return notify(deps, event.subject, state, { kind: 'payment_declined', ...decline }, context);
};

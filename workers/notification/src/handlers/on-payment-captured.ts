import type { EventOf, PaymentCaptured } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

export const onPaymentCaptured = (
  deps: Deps,
  event: EventOf<typeof PaymentCaptured>,
  state: Correspondence | null,
  context: HandlerContext,
) =>
  notify(
    deps,
    event.subject,
    state,
    { kind: 'payment_captured', amount: event.data.amount, date: event.time },
    context,
  );

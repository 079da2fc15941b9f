import type { EventOf, InvoiceCorrected } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

/** The credit note is issued when the money has gone back. */
export const onInvoiceCorrected = (
  deps: Deps,
  event: EventOf<typeof InvoiceCorrected>,
  state: Correspondence | null,
  context: HandlerContext,
) => {
  const { refundId: occasion, document, digest } = event.data;
  const { amount, totalRefunded, lines, cause } = document.refund;
  const refund = { amount, totalRefunded, lines, cause, date: document.date };
  const notice = { kind: 'payment_refunded', occasion, ...refund, document, digest } as const;
  return notify(deps, event.subject, state, notice, context);
};

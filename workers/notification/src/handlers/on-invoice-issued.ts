import type { EventOf, InvoiceIssued } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import { notify } from '../notify.ts';

/** The invoice is issued when the money is captured. */
export const onInvoiceIssued = (
  deps: Deps,
  event: EventOf<typeof InvoiceIssued>,
  state: Correspondence | null,
  context: HandlerContext,
) => {
  const { amount, document, digest } = event.data;
  const notice = { kind: 'payment_captured', amount, date: document.date, document, digest } as const;
  return notify(deps, event.subject, state, notice, context);
};

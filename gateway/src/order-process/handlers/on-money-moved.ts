import {
  type EventOf,
  InvoiceCorrected,
  InvoiceIssued,
  type PaymentCaptured,
  type PaymentRefunded,
  withoutParties,
} from '@orderflow/contracts';
import type { Decision, HandlerContext } from '@orderflow/runtime';
import type { OrderState } from '../../orders/order-state.ts';
import type { OrderProcessDeps } from '../deps.ts';
import type { OrderProcessFact } from '../order-change.ts';
import { onPayment } from './on-payment.ts';

type Decided = Decision<OrderState, OrderProcessFact>;
type Reference = NonNullable<OrderState['documents']>[number];

/**
 * What payment says of money that moved, and the document that is issued for it. The document comes first, so that an order that
 * shows the money shows the document too; whoever handles the event again finds it issued.
 */
export const onMoneyMoved = {
  'payment.captured': async (
    deps: OrderProcessDeps,
    event: EventOf<typeof PaymentCaptured>,
    order: OrderState | null,
    context: HandlerContext,
  ): Promise<Decided> => {
    const decided = await onPayment['payment.captured'](deps, event, order, context);
    if (decided.kind !== 'change') return decided;
    const { content, digest } = await deps.issuer.invoice(event.subject, decided.state, context.now);
    if (content.kind !== 'invoice') throw new Error(`${content.document.number} is no invoice`);
    const { document } = content;
    const said = InvoiceIssued.of({ amount: event.data.amount, document, digest });
    return withDocument(decided, { kind: 'invoice', number: document.number }, said);
  },

  'payment.refunded': async (
    deps: OrderProcessDeps,
    event: EventOf<typeof PaymentRefunded>,
    order: OrderState | null,
    context: HandlerContext,
  ): Promise<Decided> => {
    const decided = await onPayment['payment.refunded'](deps, event, order, context);
    if (decided.kind !== 'change') return decided;
    const { refundId } = event.data;
    // Stripe may have taken it back meanwhile.
    const isBack = decided.state.refunds.some((one) => one.refundId === refundId && one.status === 'succeeded');
    if (!isBack) return decided;
    const { content, digest } = await deps.issuer.creditNote(event.subject, decided.state, refundId, context.now);
    if (content.kind !== 'credit_note') throw new Error(`${content.document.number} is no credit note`);
    const { document } = content;
    const reference = { kind: 'credit_note', number: document.number, refundId } as const;
    return withDocument(decided, reference, InvoiceCorrected.of({ refundId, document, digest }));
  },
};

/** The order names its document, and says it, once. */
function withDocument(decided: Decided & { kind: 'change' }, reference: Reference, said: OrderProcessFact): Decided {
  const { documents = [] } = decided.state;
  if (documents.some(({ number }) => number === reference.number)) return decided;
  const state = { ...decided.state, documents: [...documents, reference] };
  // The document itself is kept apart; what is said of it is on record here.
  const kept = state.erased ? ({ ...said, data: withoutParties(said.data) } as OrderProcessFact) : said;
  return { ...decided, state, say: [...decided.say, kept] };
}

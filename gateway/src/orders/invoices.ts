import type { Locale, OrderRefund } from '@orderflow/contracts';
import { creditNoteNumberOf, creditNotePdf, invoiceNumberOf, invoicePdf, type Seller } from '@orderflow/documents';
import type { Tokens } from '../access/tokens.ts';
import type { OrderRecord } from './order-record.ts';
import type { OrderState } from './order-state.ts';

/** The order as documents need it. */
export type Documented = Pick<OrderRecord, 'id' | 'placedAt' | 'captured' | 'refunds'>;

/** What stands on a document besides the order; as in the mail that brings it. */
export interface Letterhead {
  readonly locale: Locale;
  readonly seller: Seller;
}

export const invoicePath = (orderId: string): string => `/invoices/${orderId}.pdf`;
export const creditNotePath = (orderId: string, refundId: string): string => `/credit-notes/${orderId}/${refundId}.pdf`;

/** Links to the order's PDFs, good for an hour; null: nothing was charged yet. */
export async function documentLinks(order: Documented, tokens: Tokens, publicUrl: string) {
  if (!order.captured) return null;
  const link = async (path: string) => `${publicUrl}${path}?token=${await tokens.forDocument(path)}`;
  const { id, placedAt } = order;
  return {
    number: invoiceNumberOf(id, placedAt),
    url: await link(invoicePath(id)),
    creditNotes: await Promise.all(
      order.refunds.filter(isCredited).map(async ({ refundId }) => ({
        refundId,
        number: creditNoteNumberOf(id, placedAt, refundId),
        url: await link(creditNotePath(id, refundId)),
      })),
    ),
  };
}

/** Null: nothing was charged yet. */
export async function renderInvoice(id: string, order: OrderState, letterhead: Letterhead): Promise<Buffer | null> {
  if (!order.captured) return null;
  const { placedAt, timeline, updatedAt } = order;
  const date = timeline.find(({ type }) => type === 'payment.captured')?.at ?? updatedAt;
  const number = invoiceNumberOf(id, placedAt);
  return invoicePdf({ ...order, ...letterhead, number, date, orderId: id, customer: order.address });
}

/** Null: there is no such refund, or the money is not back yet. */
export async function renderCreditNote(
  id: string,
  order: OrderState,
  refundId: string,
  letterhead: Letterhead,
): Promise<Buffer | null> {
  const refund = order.refunds.find((one) => one.refundId === refundId);
  if (!refund || !isCredited(refund)) return null;
  return creditNotePdf({
    ...letterhead,
    number: creditNoteNumberOf(id, order.placedAt, refundId),
    invoiceNumber: invoiceNumberOf(id, order.placedAt),
    date: refund.at,
    orderId: id,
    customer: order.address,
    order,
    refund: { ...refund, totalRefunded: order.refundedUntil?.[refundId] },
  });
}

const isCredited = ({ status }: OrderRefund): boolean => status === 'succeeded';

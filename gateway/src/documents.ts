import type { Order, OrderRefund } from '@orderflow/contracts';
import { creditNoteNumberOf, creditNotePdf, invoiceNumberOf, invoicePdf } from '@orderflow/documents';
import type { Tokens } from './auth.ts';
import type { OrderState } from './order-store.ts';

/** The order as documents need it. */
export type Documented = Pick<Order, 'id' | 'placedAt' | 'captured' | 'refunds'>;

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
export async function renderInvoice(id: string, order: OrderState): Promise<Buffer | null> {
  if (!order.captured) return null;
  const { placedAt, timeline, updatedAt } = order;
  const date = timeline.find(({ type }) => type === 'payment.captured')?.at ?? updatedAt;
  return invoicePdf({ ...order, number: invoiceNumberOf(id, placedAt), date, orderId: id, customer: order.address });
}

/** Null: there is no such refund, or the money is not back yet. */
export async function renderCreditNote(id: string, order: OrderState, refundId: string): Promise<Buffer | null> {
  const refund = order.refunds.find((one) => one.refundId === refundId);
  if (!refund || !isCredited(refund)) return null;
  return creditNotePdf({
    number: creditNoteNumberOf(id, order.placedAt, refundId),
    invoiceNumber: invoiceNumberOf(id, order.placedAt),
    date: refund.at,
    orderId: id,
    locale: order.locale,
    customer: order.address,
    order,
    refund,
  });
}

const isCredited = ({ status }: OrderRefund): boolean => status === 'succeeded';

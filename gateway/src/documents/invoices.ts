import type { Locale, OrderRefund } from '@orderflow/contracts';
import { creditNoteNumberOf, invoiceNumberOf, type Seller } from '@orderflow/documents';
import type { Tokens } from '../access/tokens.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { DocumentArchive } from './document-archive.ts';
import { idOf } from './issued-document.ts';
import { formerDocument } from './issuer.ts';

/** The order as its documents' links need it. */
export type Documented = Pick<OrderState, 'placedAt' | 'captured' | 'refunds' | 'documents'> & { readonly id: string };

/** What stands on a document of before there were series, besides the order. */
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
  const { id, placedAt, documents = [] } = order;
  const numberOf = (refundId: string) => documents.find((one) => one.refundId === refundId)?.number;
  const credited = order.refunds.filter(({ refundId, status }) => isCredited(status) || numberOf(refundId));
  return {
    number: documents.find(({ kind }) => kind === 'invoice')?.number ?? invoiceNumberOf(id, placedAt),
    url: await link(invoicePath(id)),
    creditNotes: await Promise.all(
      credited.map(async ({ refundId }) => ({
        refundId,
        number: numberOf(refundId) ?? creditNoteNumberOf(id, placedAt, refundId),
        url: await link(creditNotePath(id, refundId)),
      })),
    ),
  };
}

/** The bytes of an order's invoice, or of a refund's credit note, as they were issued; null: there is none. */
export async function documentBytes(
  archive: DocumentArchive,
  id: string,
  order: OrderState,
  refundId: string | undefined,
  letterhead: () => Promise<Letterhead>,
): Promise<Buffer | null> {
  if (!order.captured) return null;
  const about = refundId === undefined ? ({ kind: 'invoice' } as const) : ({ kind: 'credit_note', refundId } as const);
  const issued = await archive.find(idOf({ ...about, orderId: id }));
  if (issued) return issued.pdf;
  const former = formerDocument(id, order, refundId, await letterhead());
  return former && (await archive.adopt(former.content, former.at)).pdf;
}

const isCredited = (status: OrderRefund['status']): boolean => status === 'succeeded';

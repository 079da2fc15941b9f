import { createHash } from 'node:crypto';
import { creditNoteNumberOf, creditNotePdf, invoiceNumberOf, invoicePdf } from '@orderflow/documents';
import type { Attachment } from './adapters/messengers.ts';
import type { Correspondence, Notice } from './correspondence.ts';

/** The number of the document that goes with a notice, where one does. */
export function documentNumberOf(orderId: string, { placedAt }: Correspondence, notice: Notice): string | undefined {
  switch (notice.kind) {
    case 'payment_captured':
      return notice.document?.number ?? notice.documentNumber ?? invoiceNumberOf(orderId, placedAt);
    case 'payment_refunded':
      return notice.document?.number ?? notice.documentNumber ?? creditNoteNumberOf(orderId, placedAt, notice.occasion);
    default:
      return undefined;
  }
}

/**
 * The document that goes with a notice by e-mail, as it was issued: made of what it says, and only if that makes the very bytes
 * that are kept. While two versions of us run side by side it may not; then the letter says where the document is.
 */
export async function attachmentsOf(orderId: string, notice: Notice): Promise<Attachment[]> {
  const content = await bytesOf(orderId, notice);
  if (!content || !('document' in notice) || !notice.document) return [];
  const isSame = createHash('sha256').update(content).digest('hex') === notice.digest;
  if (!isSame) return [];
  return [{ filename: `${notice.document.number}.pdf`, contentType: 'application/pdf', content }];
}

function bytesOf(orderId: string, notice: Notice): Promise<Buffer> | undefined {
  if (notice.kind === 'payment_captured') return notice.document && invoicePdf({ ...notice.document, orderId });
  if (notice.kind === 'payment_refunded') return notice.document && creditNotePdf({ ...notice.document, orderId });
  return undefined;
}

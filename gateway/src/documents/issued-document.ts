import { createHash } from 'node:crypto';
import type { CreditNote, Invoice } from '@orderflow/contracts';
import { creditNotePdf, invoicePdf } from '@orderflow/documents';

/** Its number's place: the seller counts invoices and credit notes apart, each year from one. */
export interface Series {
  readonly seller: string;
  readonly kind: 'invoice' | 'credit_note';
  /** By the seller's calendar. */
  readonly year: number;
  /** Each region counts for itself. Undefined: the shop has one cell. */
  readonly region?: number;
}

export type Content =
  | { readonly kind: 'invoice'; readonly orderId: string; readonly document: Invoice }
  | {
      readonly kind: 'credit_note';
      readonly orderId: string;
      readonly refundId: string;
      readonly document: CreditNote;
    };

/** A document as it was issued: what it says, and its bytes. Neither ever changes. */
export interface IssuedDocument {
  readonly content: Content;
  readonly digest: string;
  readonly pdf: Buffer;
}

export const idOf = ({ orderId, ...about }: Pick<Content, 'kind' | 'orderId'> & { refundId?: string }): string =>
  about.refundId === undefined ? `${orderId}:invoice` : `${orderId}:credit_note:${about.refundId}`;

const PREFIX: Record<Series['kind'], string> = { invoice: 'INV', credit_note: 'CN' };
const DIGITS = 6;

/** E.g. `INV-2026-000042`, or `INV-2026-R2-000042` in region 2. */
export const numberOf = ({ kind, year, region }: Series, serial: number): string =>
  `${PREFIX[kind]}-${year}-${region === undefined ? '' : `R${region}-`}${String(serial).padStart(DIGITS, '0')}`;

/** The seller's year at this moment. */
export function yearIn(timeZone: string, at: Date): number {
  const format =
    years.get(timeZone) ?? new Intl.DateTimeFormat('en', { year: 'numeric', timeZone, calendar: 'gregory' });
  years.set(timeZone, format);
  return Number(format.format(at));
}

/** By time zone: there is one seller, and making one costs more than a write to the store. */
const years = new Map<string, Intl.DateTimeFormat>();

export async function pdfOf(content: Content): Promise<{ pdf: Buffer; digest: string }> {
  const { orderId } = content;
  const pdf = await (content.kind === 'invoice'
    ? invoicePdf({ ...content.document, orderId })
    : creditNotePdf({ ...content.document, orderId }));
  return { pdf, digest: createHash('sha256').update(pdf).digest('hex') };
}

import {
  type Address,
  formatMoney,
  type Locale,
  type Money,
  type OrderLine,
  type Prices,
  type QuantityLine,
  type RefundCause,
} from '@orderflow/contracts';
import { type Seller, sellerFrom } from './seller.ts';
import { openSheet } from './sheet.ts';
import { taxInRefund, taxLabel } from './tax.ts';
import { dateIn, whyRefunded, words } from './words.ts';

export interface CreditNoteInput {
  /** As `creditNoteNumberOf` gives it. */
  readonly number: string;
  /** When the money was given back, ISO 8601. */
  readonly date: string;
  readonly orderId: string;
  /** Of the invoice that is corrected. */
  readonly invoiceNumber: string;
  readonly locale: Locale;
  /** Unless told, a demo's. */
  readonly seller?: Seller | undefined;
  readonly customer: Address;
  /** What was ordered and for how much. */
  readonly order: Pick<Prices, 'tax' | 'total'> & { readonly lines: readonly OrderLine[] };
  readonly refund: {
    readonly amount: Money;
    /** May be empty: a goodwill refund is for no line. */
    readonly lines: readonly QuantityLine[];
    readonly cause?: RefundCause | undefined;
    /** What was given back by then, with this refund; missing: it was the first. */
    readonly totalRefunded?: Money | undefined;
  };
}

/** The credit note of one refund, A4. The same input makes the same bytes. */
export function creditNotePdf(input: CreditNoteInput): Promise<Buffer> {
  const { locale, order, refund } = input;
  const say = words[locale];
  const sheet = openSheet({
    title: say.creditNote,
    date: input.date,
    locale,
    seller: input.seller ?? sellerFrom(),
    customer: input.customer,
    facts: [
      [say.number, input.number],
      [say.date, dateIn(locale, input.date)],
      [say.forInvoice, input.invoiceNumber],
      [say.order, input.orderId],
    ],
  });
  if (refund.lines.length > 0) {
    sheet.table(
      [
        { title: say.item, share: 0.85 },
        { title: say.quantity, share: 0.15, right: true },
      ],
      refund.lines.map(({ sku, quantity }) => [named(sku, order.lines), String(quantity)]),
    );
  }
  sheet.paragraph(`${say.reason}: ${whyRefunded(locale, refund.cause)}`);
  const tax = taxInRefund(refund.amount, refund.totalRefunded ?? refund.amount, order);
  sheet.totals([
    [say.included(taxLabel(locale, order)), formatMoney(tax, locale)],
    [say.refunded, formatMoney(refund.amount, locale)],
  ]);
  sheet.paragraph(say.refundNote);
  return sheet.end();
}

const named = (sku: string, lines: readonly OrderLine[]): string => {
  const line = lines.find((one) => one.sku === sku);
  return line ? `${line.name} (${sku})` : sku;
};

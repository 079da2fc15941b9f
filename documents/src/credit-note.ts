import {
  type Address,
  formatMoney,
  fullPricesOf,
  type Locale,
  type Money,
  type OrderLine,
  type Prices,
  type QuantityLine,
  type RefundCause,
  subtractMoney,
} from '@orderflow/contracts';
import { type Seller, sellerFrom } from './seller.ts';
import { openSheet } from './sheet.ts';
import { partOfLine, taxInRefund, taxLabel } from './tax.ts';
import { dateIn, whyRefunded, words } from './words.ts';

export interface CreditNoteInput {
  /** As `creditNoteNumberOf` gives it. */
  readonly number: string;
  /** When the money was given back, ISO 8601. */
  readonly date: string;
  /** What the order is called in letters. */
  readonly orderNumber: string;
  /** Of the invoice that is corrected. */
  readonly invoiceNumber: string;
  readonly locale: Locale;
  /** Unless told, a demo's. */
  readonly seller?: Seller | undefined;
  /** Who was billed. */
  readonly customer: Address;
  readonly vatId?: string | undefined;
  /** What was ordered and for how much. */
  readonly order: Prices & { readonly lines: readonly OrderLine[] };
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
  const { locale, refund } = input;
  const order = fullPricesOf(input.order);
  const amount = (value: Money | undefined) => (value ? formatMoney(value, locale) : '');
  const say = words[locale];
  const sheet = openSheet({
    title: say.creditNote,
    date: input.date,
    locale,
    seller: input.seller ?? sellerFrom(),
    customer: input.customer,
    vatId: input.vatId,
    facts: [
      [say.number, input.number],
      [say.date, dateIn(locale, input.date)],
      [say.forInvoice, input.invoiceNumber],
      [say.order, input.orderNumber],
    ],
  });
  if (refund.lines.length > 0) {
    sheet.table(
      [
        { title: say.item, share: 0.45 },
        { title: say.quantity, share: 0.12, right: true },
        { title: say.net, share: 0.14, right: true },
        { title: say.tax, share: 0.14, right: true },
        { title: say.amount, share: 0.15, right: true },
      ],
      refund.lines.map((line) => {
        const part = partOfLine(order, line);
        const figures = [amount(part?.net), amount(part?.tax), amount(part?.gross)];
        return [named(line.sku, order.lines), String(line.quantity), ...figures];
      }),
    );
  }
  sheet.paragraph(`${say.reason}: ${whyRefunded(locale, refund.cause)}`);
  const tax = taxInRefund(refund, refund.totalRefunded ?? refund.amount, order);
  sheet.totals([
    [say.netTotal, amount(subtractMoney(refund.amount, tax))],
    [taxLabel(locale, input.order), amount(tax)],
    [say.refunded, amount(refund.amount)],
  ]);
  sheet.paragraph(say.refundNote);
  return sheet.end();
}

const named = (sku: string, lines: readonly OrderLine[]): string => {
  const line = lines.find((one) => one.sku === sku);
  return line ? `${line.name} (${sku})` : sku;
};

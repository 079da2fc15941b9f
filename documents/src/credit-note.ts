import {
  type Address,
  formatMoney,
  type Locale,
  type Money,
  type OrderLine,
  type Prices,
  portionOfMoney,
  type QuantityLine,
} from '@orderflow/contracts';
import { openSheet } from './sheet.ts';
import { dateIn, words } from './words.ts';

export interface CreditNoteInput {
  /** As `creditNoteNumberOf` gives it. */
  readonly number: string;
  /** When the money was given back, ISO 8601. */
  readonly date: string;
  readonly orderId: string;
  /** Of the invoice that is corrected. */
  readonly invoiceNumber: string;
  readonly locale: Locale;
  readonly customer: Address;
  /** What was ordered and for how much. */
  readonly order: Pick<Prices, 'tax' | 'total'> & { readonly lines: readonly OrderLine[] };
  readonly refund: {
    readonly amount: Money;
    /** May be empty: a goodwill refund is for no line. */
    readonly lines: readonly QuantityLine[];
    readonly reason: string;
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
  sheet.paragraph(`${say.reason}: ${refund.reason}`);
  sheet.totals([
    [say.taxIncluded, formatMoney(taxIn(refund.amount, order), locale)],
    [say.refunded, formatMoney(refund.amount, locale)],
  ]);
  sheet.paragraph(say.refundNote);
  return sheet.end();
}

/** One rate is charged on all of an order, shipping included, so each part of its total holds that part of its tax. */
function taxIn(amount: Money, { tax, total }: CreditNoteInput['order']): Money {
  return portionOfMoney(tax, Math.min(amount.amount, total.amount), total.amount);
}

const named = (sku: string, lines: readonly OrderLine[]): string => {
  const line = lines.find((one) => one.sku === sku);
  return line ? `${line.name} (${sku})` : sku;
};

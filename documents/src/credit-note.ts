import {
  formatMoney,
  type Locale,
  type Money,
  type Prices,
  type QuantityLine,
  type RefundCause,
  subtractMoney,
  timesMoney,
} from '@orderflow/contracts';
import { type DocumentLine, type Parties, partyCells } from './invoice.ts';
import { type Seller, sellerFrom } from './seller.ts';
import { openSheet, sellerCell } from './sheet.ts';
import { rateIn, taxInRefund, taxLabel } from './tax.ts';
import { dateIn, whyRefunded, words } from './words.ts';

export interface CreditNoteInput extends Parties {
  readonly number: string;
  /** When it was issued, ISO 8601. */
  readonly date: string;
  readonly orderId: string;
  /** As people read it out; without one, the id stands for it. */
  readonly orderNumber?: string | undefined;
  /** Of the invoice that is corrected. */
  readonly invoiceNumber: string;
  readonly locale: Locale;
  /** Unless told, a demo's. */
  readonly seller?: Seller | undefined;
  /** What was ordered and for how much. */
  readonly order: Pick<Prices, 'tax' | 'total'> & { readonly lines: readonly DocumentLine[] };
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
  const { locale, order, refund, seller = sellerFrom() } = input;
  const say = words[locale];
  const amount = (value: Money) => formatMoney(value, locale);
  const on = dateIn(locale, input.date, seller.timeZone);
  const sheet = openSheet({
    ...{ title: say.creditNote, date: input.date, locale, seller },
    rows: [
      [
        { label: say.number, lines: [input.number], mono: true },
        { label: say.date, lines: [on] },
        { label: say.forInvoice, lines: [input.invoiceNumber], mono: true },
        { label: say.order, lines: [input.orderNumber ?? input.orderId], mono: true },
      ],
      [sellerCell(seller, locale), ...partyCells(input, locale)],
    ],
  });
  if (refund.lines.length > 0) linesTable(sheet, input);
  sheet.paragraph(`${say.reason}: ${whyRefunded(locale, refund.cause)}`);
  const tax = taxInRefund(refund.amount, refund.totalRefunded ?? refund.amount, order);
  const rate = onlyRateOf(order.lines);
  const label = rate === undefined ? taxLabel(locale, order) : `${say.tax} (${rateIn(locale, rate)})`;
  sheet.totals([
    [say.net, amount(subtractMoney(refund.amount, tax))],
    [label, amount(tax)],
    [say.refunded, amount(refund.amount)],
  ]);
  sheet.stamp(say.stampRefunded, on);
  sheet.paragraph(say.refundNote);
  return sheet.end();
}

function linesTable(sheet: ReturnType<typeof openSheet>, { locale, order, refund }: CreditNoteInput): void {
  const say = words[locale];
  const found = (sku: string) => order.lines.find((one) => one.sku === sku);
  const isPriced = refund.lines.every(({ sku }) => found(sku)?.unitGross);
  sheet.table(
    [
      { title: say.item, share: isPriced ? 0.54 : 0.85 },
      { title: say.quantity, share: isPriced ? 0.12 : 0.15, right: true },
      ...(isPriced ? [say.unitPrice, say.amount].map((title) => ({ title, share: 0.17, right: true })) : []),
    ],
    refund.lines.map(({ sku, quantity }) => {
      const line = found(sku);
      const prices = isPriced && line?.unitGross ? [line.unitGross, timesMoney(line.unitGross, quantity)] : [];
      const name = line ? `${line.name} (${sku})` : sku;
      return [name, String(quantity), ...prices.map((price) => formatMoney(price, locale))];
    }),
  );
}

/** Undefined: not known, or several. */
function onlyRateOf(lines: readonly DocumentLine[]): number | undefined {
  const rates = new Set(lines.map(({ taxBasisPoints }) => taxBasisPoints));
  return rates.size === 1 ? [...rates][0] : undefined;
}

import {
  type Address,
  addMoney,
  formatMoney,
  fullPricesOf,
  type Locale,
  type Money,
  money,
  type OrderLine,
  type Prices,
  type ShippingMethod,
  subtractMoney,
} from '@orderflow/contracts';
import { type Seller, sellerFrom } from './seller.ts';
import { openSheet } from './sheet.ts';
import { taxLabel } from './tax.ts';
import { dateIn, words } from './words.ts';

export interface InvoiceInput extends Prices {
  /** As `invoiceNumberOf` gives it. */
  readonly number: string;
  /** When the payment was captured, ISO 8601. */
  readonly date: string;
  /** What the order is called in letters. */
  readonly orderNumber: string;
  /** ISO 8601. */
  readonly placedAt: string;
  readonly locale: Locale;
  /** Unless told, a demo's. */
  readonly seller?: Seller | undefined;
  /** Who is billed. */
  readonly customer: Address;
  readonly vatId?: string | undefined;
  readonly lines: readonly OrderLine[];
  readonly shippingMethod: ShippingMethod;
  /** What was really charged; absent: the total. */
  readonly captured?: Money | undefined;
}

/** A person captured a part of it at Stripe. */
const isLess = <Input extends Pick<InvoiceInput, 'captured' | 'total'>>(
  input: Input,
): input is Input & { readonly captured: Money } =>
  input.captured !== undefined && input.captured.amount < input.total.amount;

/** The invoice of an order, A4. The same input makes the same bytes. */
export function invoicePdf(input: InvoiceInput): Promise<Buffer> {
  const { locale } = input;
  const { lines, subtotal, shipping, tax, total, shippingGross } = fullPricesOf(input);
  const say = words[locale];
  const amount = (value: typeof total) => formatMoney(value, locale);
  const sheet = openSheet({
    title: say.invoice,
    date: input.date,
    locale,
    seller: input.seller ?? sellerFrom(),
    customer: input.customer,
    vatId: input.vatId,
    facts: [
      [say.number, input.number],
      [say.date, dateIn(locale, input.date)],
      [say.order, input.orderNumber],
      [say.ordered, dateIn(locale, input.placedAt)],
    ],
  });
  sheet.table(
    [
      { title: say.item, share: 0.33 },
      { title: say.quantity, share: 0.1, right: true },
      { title: say.unitPrice, share: 0.15, right: true },
      { title: say.net, share: 0.14, right: true },
      { title: say.tax, share: 0.13, right: true },
      { title: say.amount, share: 0.15, right: true },
    ],
    lines.map(({ name, sku, quantity, unitGross, net, tax, gross }) => [
      `${name} (${sku})`,
      String(quantity),
      amount(unitGross),
      amount(net),
      amount(tax),
      amount(gross),
    ]),
  );
  sheet.totals([
    [say.subtotal, amount(addMoney(money(0, total.currency), ...lines.map(({ gross }) => gross)))],
    [say.shipping[input.shippingMethod], amount(shippingGross)],
    [say.netTotal, amount(addMoney(subtotal, shipping))],
    [taxLabel(locale, input), amount(tax)],
    [say.total, amount(total)],
    ...(isLess(input)
      ? ([
          [say.notCharged, amount(subtractMoney(total, input.captured))],
          [say.charged, amount(input.captured)],
        ] as const)
      : []),
  ]);
  sheet.paragraph(say.paid);
  return sheet.end();
}

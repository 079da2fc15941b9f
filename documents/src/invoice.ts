import {
  type Address,
  formatMoney,
  type Locale,
  type Money,
  type OrderLine,
  type Prices,
  type ShippingMethod,
  subtractMoney,
  timesMoney,
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
  readonly orderId: string;
  /** ISO 8601. */
  readonly placedAt: string;
  readonly locale: Locale;
  /** Unless told, a demo's. */
  readonly seller?: Seller | undefined;
  readonly customer: Address;
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
  const { locale, lines, subtotal, shipping, tax, total } = input;
  const say = words[locale];
  const amount = (value: typeof total) => formatMoney(value, locale);
  const sheet = openSheet({
    title: say.invoice,
    date: input.date,
    locale,
    seller: input.seller ?? sellerFrom(),
    customer: input.customer,
    facts: [
      [say.number, input.number],
      [say.date, dateIn(locale, input.date)],
      [say.order, input.orderId],
      [say.ordered, dateIn(locale, input.placedAt)],
    ],
  });
  sheet.table(
    [
      { title: say.item, share: 0.52 },
      { title: say.quantity, share: 0.12, right: true },
      { title: say.unitPrice, share: 0.18, right: true },
      { title: say.amount, share: 0.18, right: true },
    ],
    lines.map(({ name, sku, quantity, unitPrice }) => [
      `${name} (${sku})`,
      String(quantity),
      amount(unitPrice),
      amount(timesMoney(unitPrice, quantity)),
    ]),
  );
  sheet.totals([
    [say.subtotal, amount(subtotal)],
    [say.shipping[input.shippingMethod], amount(shipping)],
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

import {
  addMoney,
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
import { openSheet, type Party, partyCell, sellerCell } from './sheet.ts';
import { rateIn, taxLabel } from './tax.ts';
import { dateIn, words } from './words.ts';

/** A line as documents need it. Orders of before prices were gross have net ones only. */
export type DocumentLine = OrderLine & {
  readonly unitGross?: Money | undefined;
  readonly net?: Money | undefined;
  readonly tax?: Money | undefined;
  readonly gross?: Money | undefined;
  /** Hundredths of a percent. */
  readonly taxBasisPoints?: number | undefined;
};

export interface DocumentPrices extends Prices {
  readonly shippingGross?: Money | undefined;
  /** Of shipping, in hundredths of a percent. */
  readonly taxBasisPoints?: number | undefined;
}

export interface Parties {
  /** Where the parcels go. */
  readonly customer: Party;
  /** Who pays, where that is somebody or somewhere else. */
  readonly billingAddress?: Party | undefined;
  readonly vatId?: string | undefined;
}

export interface InvoiceInput extends DocumentPrices, Parties {
  readonly number: string;
  /** When it was issued, ISO 8601. */
  readonly date: string;
  readonly orderId: string;
  /** As people read it out; without one, the id stands for it. */
  readonly orderNumber?: string | undefined;
  /** ISO 8601. */
  readonly placedAt: string;
  readonly locale: Locale;
  /** Unless told, a demo's. */
  readonly seller?: Seller | undefined;
  readonly lines: readonly DocumentLine[];
  readonly shippingMethod: ShippingMethod;
  /** What was really charged; absent: the total. */
  readonly captured?: Money | undefined;
}

/** The invoice of an order, A4. The same input makes the same bytes. */
export function invoicePdf(input: InvoiceInput): Promise<Buffer> {
  const { locale, seller = sellerFrom() } = input;
  const say = words[locale];
  const on = (at: string) => dateIn(locale, at, seller.timeZone);
  const sheet = openSheet({
    ...{ title: say.invoice, date: input.date, locale, seller },
    rows: [
      [
        { label: say.number, lines: [input.number], mono: true },
        { label: say.date, lines: [on(input.date)] },
        { label: say.order, lines: [input.orderNumber ?? input.orderId], mono: true },
        { label: say.ordered, lines: [on(input.placedAt)] },
      ],
      [sellerCell(seller, locale), ...partyCells(input, locale)],
    ],
  });
  const gross = isGross(input);
  if (gross) grossLines(sheet, input);
  else netLines(sheet, input);
  sheet.stamp(say.stampPaid, on(input.date));
  // An exempt delivery is called so on its invoice: Directive 2006/112/EC, Article 226(11).
  const aboutTax = input.tax.amount === 0 ? say.withoutTax : gross ? say.includesTax : undefined;
  sheet.paragraph(aboutTax === undefined ? say.paid : `${aboutTax} ${say.paid}`);
  return sheet.end();
}

export function partyCells({ customer, billingAddress, vatId }: Parties, locale: Locale) {
  const say = words[locale];
  if (!billingAddress) return [partyCell(say.billAndDeliverTo, customer, vatId, locale)];
  return [partyCell(say.billTo, billingAddress, vatId, locale), partyCell(say.deliverTo, customer, undefined, locale)];
}

type GrossLine = OrderLine & {
  readonly unitGross: Money;
  readonly net: Money;
  readonly tax: Money;
  readonly gross: Money;
  readonly taxBasisPoints: number;
};
type Gross = Omit<InvoiceInput, 'lines'> & { readonly shippingGross: Money; readonly lines: readonly GrossLine[] };

function isGross(input: InvoiceInput | Gross): input is Gross {
  const known = ({ unitGross, net, tax, gross, taxBasisPoints }: DocumentLine) =>
    unitGross && net && tax && gross && taxBasisPoints !== undefined;
  return input.shippingGross !== undefined && input.lines.every(known);
}

type Sheet = ReturnType<typeof openSheet>;

function grossLines(sheet: Sheet, input: Gross): void {
  const { locale, lines, shippingGross, total } = input;
  const say = words[locale];
  const amount = (value: Money) => formatMoney(value, locale);
  sheet.table(
    [
      { title: say.item, share: 0.46 },
      { title: say.quantity, share: 0.1, right: true },
      { title: say.unitPrice, share: 0.17, right: true },
      { title: say.tax, share: 0.1, right: true },
      { title: say.amount, share: 0.17, right: true },
    ],
    lines.map(({ name, sku, quantity, unitGross, taxBasisPoints, gross }) => [
      `${name} (${sku})`,
      String(quantity),
      amount(unitGross),
      rateIn(locale, taxBasisPoints),
      amount(gross),
    ]),
  );
  const goods = lines.map(({ gross }) => gross).reduce((sum, one) => addMoney(sum, one), { ...total, amount: 0 });
  sheet.totals([
    [say.subtotal, amount(goods)],
    [say.shipping[input.shippingMethod], amount(shippingGross)],
    [say.total, amount(total)],
    ...chargedRows(input),
  ]);
  const column = (title: string) => ({ title, share: 0.15, right: true });
  sheet.table(
    [{ title: say.rate, share: 0.55 }, column(say.net), column(say.tax), column(say.gross)],
    byRate(input).map(({ rate, net, tax }) => [
      rateIn(locale, rate),
      amount(net),
      amount(tax),
      amount(addMoney(net, tax)),
    ]),
  );
}

/** What was not charged, where a person captured a part of it at Stripe. */
function chargedRows({ locale, total, captured }: InvoiceInput | Gross): [string, string][] {
  if (captured === undefined || captured.amount >= total.amount) return [];
  const say = words[locale];
  return [
    [say.notCharged, formatMoney(subtractMoney(total, captured), locale)],
    [say.charged, formatMoney(captured, locale)],
  ];
}

/** Net and tax summed by rate, the highest first. */
function byRate(input: Gross): { rate: number; net: Money; tax: Money }[] {
  const shippingTax = subtractMoney(input.shippingGross, input.shipping);
  const rest = input.lines[0]?.taxBasisPoints ?? 0;
  const parts = [
    ...input.lines.map(({ taxBasisPoints: rate, net, tax }) => ({ rate, net, tax })),
    { rate: input.taxBasisPoints ?? rest, net: input.shipping, tax: shippingTax },
  ].filter(({ net, tax }) => net.amount !== 0 || tax.amount !== 0);
  const sums = new Map<number, { rate: number; net: Money; tax: Money }>();
  for (const { rate, net, tax } of parts) {
    const sum = sums.get(rate);
    sums.set(rate, sum ? { rate, net: addMoney(sum.net, net), tax: addMoney(sum.tax, tax) } : { rate, net, tax });
  }
  return [...sums.values()].sort((one, other) => other.rate - one.rate);
}

/** As orders had them before their lines carried gross prices. */
function netLines(sheet: Sheet, input: InvoiceInput): void {
  const { locale, lines, subtotal, shipping, tax, total } = input;
  const say = words[locale];
  const amount = (value: Money) => formatMoney(value, locale);
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
    ...chargedRows(input),
  ]);
}

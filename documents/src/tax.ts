import {
  addMoney,
  type FullPrices,
  type Locale,
  type Money,
  money,
  type Prices,
  portionOfMoney,
  type QuantityLine,
  subtractMoney,
  timesMoney,
} from '@orderflow/contracts';

/** Rates are whole percents, or else halves, or else tenths of one. */
const STEPS = [100, 50, 10];
const HIGHEST = 3_000;

/** In basis points: the simplest rate that makes this tax of this net; undefined: none does, or several do. */
function taxRateOf({ tax, total }: Pick<Prices, 'tax' | 'total'>): number | undefined {
  const net = subtractMoney(total, tax).amount;
  if (net === 0) return undefined;
  for (const step of STEPS) {
    const rates = Array.from({ length: HIGHEST / step + 1 }, (_, n) => n * step);
    // Half a cent either way was rounded.
    const fitting = rates.filter((rate) => Math.abs((net * rate) / 10_000 - tax.amount) <= 0.5);
    if (fitting.length > 0) return fitting.length === 1 ? fitting[0] : undefined;
  }
  return undefined;
}

const TAX: Record<Locale, string> = { en: 'Tax', de: 'USt.' };
const PERCENT: Record<Locale, Intl.NumberFormat> = {
  en: new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 2 }),
  de: new Intl.NumberFormat('de', { style: 'percent', maximumFractionDigits: 2 }),
};

/** `Tax (19%)`. Where an order of a version before does not say the rate, the one that fits, or none. */
export function taxLabel(locale: Locale, prices: Pick<Prices, 'tax' | 'total' | 'taxBasisPoints'>): string {
  const rate = prices.taxBasisPoints ?? taxRateOf(prices);
  if (rate === undefined) return TAX[locale];
  return `${TAX[locale]} (${PERCENT[locale].format(rate / 10_000)})`;
}

/** What so many pieces of a line cost. */
export interface PartOfLine {
  readonly net: Money;
  readonly tax: Money;
  readonly gross: Money;
}

/** What pieces of an order's line cost; undefined: there is no such line. All of its pieces cost all of it. */
export function partOfLine(
  { lines }: Pick<FullPrices, 'lines'>,
  { sku, quantity }: QuantityLine,
): PartOfLine | undefined {
  const line = lines.find((one) => one.sku === sku);
  if (!line) return undefined;
  if (quantity === line.quantity) return line;
  const [net, gross] = [timesMoney(line.unitPrice, quantity), timesMoney(line.unitGross, quantity)];
  return { net, gross, tax: subtractMoney(gross, net) };
}

/**
 * The tax in a refund: that of its lines where it gives back just what they cost, and otherwise its part of the order's.
 * One rate is charged on all of an order, shipping included, so each part of its total holds that part of its tax; as a
 * difference of sums, so that all such refunds together give back all of the tax.
 * @param until how much was given back in all, with this refund
 */
export function taxInRefund(
  { amount, lines = [] }: { amount: Money; lines?: readonly QuantityLine[] },
  until: Money,
  order: FullPrices,
): Money {
  const { tax, total } = order;
  if (amount.amount === total.amount) return tax;
  const parts = lines.flatMap((line) => partOfLine(order, line) ?? []);
  const none = money(0, total.currency);
  const gross = addMoney(none, ...parts.map((part) => part.gross));
  const taxOfLines = addMoney(none, ...parts.map((part) => part.tax));
  if (lines.length > 0 && gross.amount === amount.amount) return taxOfLines;
  const { shippingGross, shipping } = order;
  if (lines.length > 0 && gross.amount + shippingGross.amount === amount.amount) {
    return addMoney(taxOfLines, subtractMoney(shippingGross, shipping));
  }
  const taxUntil = (sum: number) => portionOfMoney(tax, Math.max(0, Math.min(sum, total.amount)), total.amount);
  return subtractMoney(taxUntil(until.amount), taxUntil(until.amount - amount.amount));
}

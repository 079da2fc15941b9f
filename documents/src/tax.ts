import { type Locale, type Money, type Prices, portionOfMoney, subtractMoney } from '@orderflow/contracts';

/** Rates are whole percents, or else halves, or else tenths of one. */
const STEPS = [10, 5, 1];
const HIGHEST = 300;

/** In tenths of a percent: the simplest rate that makes this tax of this net; undefined: none does, or several do. */
function taxRateOf({ tax, total }: Pick<Prices, 'tax' | 'total'>): number | undefined {
  const net = subtractMoney(total, tax).amount;
  if (net === 0) return undefined;
  for (const step of STEPS) {
    const rates = Array.from({ length: HIGHEST / step + 1 }, (_, n) => n * step);
    // Half a cent either way was rounded.
    const fitting = rates.filter((rate) => Math.abs((net * rate) / 1_000 - tax.amount) <= 0.5);
    if (fitting.length > 0) return fitting.length === 1 ? fitting[0] : undefined;
  }
  return undefined;
}

const TAX: Record<Locale, string> = { en: 'Tax', de: 'USt.' };
const PERCENT: Record<Locale, Intl.NumberFormat> = {
  en: new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 2 }),
  de: new Intl.NumberFormat('de', { style: 'percent', maximumFractionDigits: 2 }),
};

/** A rate in hundredths of a percent, e.g. `19%`. */
export const rateIn = (locale: Locale, basisPoints: number): string => PERCENT[locale].format(basisPoints / 10_000);

/** `Tax (19%)`; without the rate where it is not known for sure. */
export function taxLabel(locale: Locale, prices: Pick<Prices, 'tax' | 'total'>): string {
  const rate = taxRateOf(prices);
  if (rate === undefined) return TAX[locale];
  return `${TAX[locale]} (${PERCENT[locale].format(rate / 1_000)})`;
}

/**
 * The tax in one of several refunds. One rate is charged on all of an order, shipping included, so each part of its
 * total holds that part of its tax. As a difference of sums, so that all refunds together give back all of the tax.
 * @param until how much was given back in all, with this refund
 */
export function taxInRefund(amount: Money, until: Money, { tax, total }: Pick<Prices, 'tax' | 'total'>): Money {
  const taxUntil = (sum: number) => portionOfMoney(tax, Math.max(0, Math.min(sum, total.amount)), total.amount);
  return subtractMoney(taxUntil(until.amount), taxUntil(until.amount - amount.amount));
}

import type { Money as Amount } from '@orderflow/contracts';
import { useLocale } from 'next-intl';
import { FORMAT_LOCALE, type Locale } from '../i18n/locales.ts';

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: Locale, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  let known = formatters.get(key);
  if (!known) {
    known = new Intl.NumberFormat(FORMAT_LOCALE[locale], { style: 'currency', currency });
    formatters.set(key, known);
  }
  return known;
}

/** "€19.99" in English, "19,99 €" in German. */
export function formatMoney({ amount, currency }: Amount, locale: Locale): string {
  const format = formatter(locale, currency);
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** The number that a person types or reads in a price field: 19.99 for 1999 cents. */
export const minorDigits = (currency: string): number =>
  formatter('en', currency).resolvedOptions().maximumFractionDigits ?? 2;

export function Money({ value, className }: { value: Amount; className?: string }) {
  return <span className={`tabular whitespace-nowrap ${className ?? ''}`}>{formatMoney(value, useLocale())}</span>;
}

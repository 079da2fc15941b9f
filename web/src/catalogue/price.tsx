import { useLocale, useTranslations } from 'next-intl';
import { FORMAT_LOCALE } from '../i18n/locales.ts';
import { formatMoney, Money } from '../ui/money.tsx';
import type { Product } from './types.ts';

/** What a consumer pays for one, taxes included, and how much of it they are. */
export function Price({ prices, large }: { prices: Product['prices']; large?: boolean }) {
  const t = useTranslations('catalogue');
  const locale = useLocale();
  const rate = new Intl.NumberFormat(FORMAT_LOCALE[locale], { style: 'percent', maximumFractionDigits: 2 });
  const taxed = prices.taxBasisPoints > 0;
  if (!large) return <Money value={prices.gross} className="font-semibold" />;
  return (
    <p>
      <Money value={prices.gross} className="heading block text-3xl" />
      <span className="text-sm text-muted">
        {taxed ? t('tax', { rate: rate.format(prices.taxBasisPoints / 10_000) }) : t('noTax')}
        {taxed ? ` · ${t('net', { amount: formatMoney(prices.net, locale) })}` : null}
      </span>
    </p>
  );
}

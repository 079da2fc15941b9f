'use client';

import { useLocale, useTranslations } from 'next-intl';
import { formatMoney } from '../ui/money.tsx';
import { Box, Sheet } from '../ui/sheet.tsx';
import { useShop } from '../visitor/shop-context.tsx';

/** The head of a waybill that waits for its lines: who sends, where to, how, and what if it does not please. */
export function Waybill() {
  const t = useTranslations('catalogue.home');
  const locale = useLocale();
  const { seller, country, shippingMethods, freeShippingFrom, returnDays } = useShop();
  const countryName = new Intl.DisplayNames([locale], { type: 'region' }).of(country) ?? country;
  return (
    <Sheet copies torn>
      <dl className="grid grid-cols-2 divide-hairline max-lg:[&>*]:border-b max-lg:[&>*]:border-hairline lg:grid-cols-[1.4fr_1fr_1.6fr_1fr] lg:divide-x">
        <Box label={t('from')}>
          <span className="font-semibold">{seller.name}</span>
          <span className="block text-sm text-muted">{seller.address}</span>
        </Box>
        <Box label={t('to')}>
          <span className="font-semibold">{countryName}</span>
        </Box>
        <Box label={t('service')}>
          <ul>
            {shippingMethods.map(({ method, days }) => (
              <li key={method} className="whitespace-nowrap">
                <span className="font-semibold">{t(`method.${method}`)}</span>{' '}
                <span className="text-sm text-muted">{t('days', days)}</span>
                {/* A line of its own: where it broke would depend on the font that is there first. */}
                {method === 'standard' ? (
                  <span className="block text-sm text-muted">
                    {t('freeFrom', { amount: formatMoney(freeShippingFrom, locale) })}
                  </span>
                ) : null}
              </li>
            ))}
          </ul>
        </Box>
        <Box label={t('returns')}>
          <span className="font-semibold">{t('returnDays', { days: returnDays })}</span>
        </Box>
      </dl>
    </Sheet>
  );
}

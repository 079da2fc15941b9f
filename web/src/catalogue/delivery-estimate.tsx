'use client';

import { useLocale, useTranslations } from 'next-intl';
import { Money } from '../ui/money.tsx';
import { Time } from '../ui/time.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import type { ProductInDetail } from './types.ts';

/** What each way of shipping costs, and when it would arrive if it was ordered now. */
export function DeliveryEstimate({ delivery }: { delivery: ProductInDetail['delivery'] }) {
  const t = useTranslations('catalogue.delivery');
  const methodOf = useTranslations('catalogue.home.method');
  const { country } = useShop();
  const countryName = new Intl.DisplayNames([useLocale()], { type: 'region' }).of(country) ?? country;
  return (
    <table className="w-full text-left">
      <caption className="label px-5 pt-4 pb-1 text-left text-muted sm:px-8">
        {t('title', { country: countryName })}
      </caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">{t('method')}</th>
          <th scope="col">{t('arrives')}</th>
          <th scope="col">{t('price')}</th>
        </tr>
      </thead>
      <tbody>
        {delivery.map(({ method, gross, earliest, latest }) => (
          <tr key={method} className="border-t border-hairline first:border-t-0">
            <th scope="row" className="py-3 pl-5 font-semibold sm:pl-8">
              {methodOf(method)}
            </th>
            <td className="px-3 py-3">
              {t.rich('between', {
                from: () => <Time at={earliest} as="date" />,
                to: () => <Time at={latest} as="date" />,
              })}
            </td>
            <td className="py-3 pr-5 text-right font-semibold sm:pr-8">
              {gross.amount === 0 ? t('free') : <Money value={gross} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

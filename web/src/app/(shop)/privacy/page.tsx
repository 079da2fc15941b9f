import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { InfoPage } from '#web/info/info-page.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('info.privacy'))('title') };
}

export default async function Privacy() {
  const t = await getTranslations('info.privacy');
  const cookies = [
    { names: 'orderflow.session_token', why: t('session'), how: t('sessionTime') },
    { names: 'orderflow_guest', why: t('guest'), how: t('guestTime') },
    { names: 'cart', why: t('cart'), how: t('year') },
    { names: 'locale, theme, country', why: t('choices'), how: t('year') },
  ];
  return (
    <InfoPage title={t('title')}>
      <p className="text-lg">{t('text')}</p>
      <dl className="divide-y divide-hairline border-y border-hairline">
        {cookies.map(({ names, why, how }) => (
          <div key={names} className="grid gap-x-6 gap-y-1 py-3 sm:grid-cols-[14rem_minmax(0,1fr)]">
            <dt className="id font-medium">{names}</dt>
            <dd>
              {why}
              <span className="block text-sm text-muted">{t('kept', { how })}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p>{t('draft')}</p>
      <p>{t('payment')}</p>
      <p>{t('orders')}</p>
      <p>{t('erasure')}</p>
    </InfoPage>
  );
}

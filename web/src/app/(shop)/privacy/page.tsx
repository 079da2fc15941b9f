import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { InfoPage } from '#web/info/info-page.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('info.privacy'))('title') };
}

const CELL = 'border-t border-hairline py-2 pr-4 align-top';

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
      <table className="w-full border-collapse text-left text-sm">
        <thead>
          <tr className="label text-muted">
            <th scope="col" className="pr-4 pb-2">
              {t('cookie')}
            </th>
            <th scope="col" className="pr-4 pb-2">
              {t('why')}
            </th>
            <th scope="col" className="pb-2">
              {t('how')}
            </th>
          </tr>
        </thead>
        <tbody>
          {cookies.map(({ names, why, how }) => (
            <tr key={names}>
              <th scope="row" className={`${CELL} id font-normal`}>
                {names}
              </th>
              <td className={CELL}>{why}</td>
              <td className={CELL}>{how}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{t('payment')}</p>
      <p>{t('orders')}</p>
    </InfoPage>
  );
}

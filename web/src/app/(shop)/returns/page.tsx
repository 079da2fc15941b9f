import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { InfoPage } from '#web/info/info-page.tsx';
import { ButtonLink } from '#web/ui/button.tsx';
import { getShop, isShop } from '#web/visitor/shop.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('info.returns'))('title') };
}

/** What the gateway does with a return, in words for customers. */
export default async function Returns() {
  const [t, shop] = await Promise.all([getTranslations('info.returns'), getShop()]);
  if (!isShop(shop)) return null;
  const { returnDays, seller } = shop;
  return (
    <InfoPage title={t('title')}>
      {returnDays > 0 ? (
        <>
          <p className="text-lg">{t('right', { days: returnDays })}</p>
          <h2 className="heading text-xl">{t('how')}</h2>
          <ol className="flex list-decimal flex-col gap-2 pl-6">
            <li>{t('step1')}</li>
            <li>{t('step2')}</li>
            <li>{t('step3')}</li>
          </ol>
        </>
      ) : (
        <p className="text-lg">{t('none')}</p>
      )}
      <h2 className="heading text-xl">{t('cancel')}</h2>
      <p>{t('cancelText')}</p>
      <h2 className="heading text-xl">{t('withdraw')}</h2>
      <address className="not-italic">
        {seller.name}
        <br />
        {seller.address}
      </address>
      <div>
        <ButtonLink href="/track" look="secondary">
          {t('find')}
        </ButtonLink>
      </div>
    </InfoPage>
  );
}

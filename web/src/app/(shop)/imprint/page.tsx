import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { InfoPage } from '#web/info/info-page.tsx';
import { Box } from '#web/ui/sheet.tsx';
import { getShop, isShop } from '#web/visitor/shop.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('info.imprint'))('title') };
}

export default async function Imprint() {
  const [t, shop] = await Promise.all([getTranslations('info.imprint'), getShop()]);
  if (!isShop(shop)) return null;
  return (
    <InfoPage title={t('title')}>
      <dl className="-mx-4 flex flex-col">
        <Box label={t('seller')}>
          <span className="font-semibold">{shop.seller.name}</span>
        </Box>
        <Box label={t('address')}>
          <address className="not-italic">{shop.seller.address}</address>
        </Box>
      </dl>
      {shop.demo ? <p className="text-muted">{t('demo')}</p> : null}
    </InfoPage>
  );
}

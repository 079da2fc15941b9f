import type { Metadata } from 'next';
import { useTranslations } from 'next-intl';
import { getTranslations } from 'next-intl/server';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('order.track'))('title') };
}

export default function Track() {
  const t = useTranslations('order.track');
  return (
    <div className="max-w-[60ch]">
      <h1 className="heading mb-4 text-3xl sm:text-4xl">{t('title')}</h1>
      <p className="text-lg">{t('text')}</p>
    </div>
  );
}

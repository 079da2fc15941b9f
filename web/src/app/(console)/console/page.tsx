import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { getAccount } from '#web/account/get-account.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('console'))('title'), robots: { index: false } };
}

/** For staff; to anybody else there is nothing here. */
export default async function Console() {
  const account = await getAccount();
  if (account.state !== 'in' || account.profile.role !== 'staff') notFound();
  const t = await getTranslations('console');
  return (
    <EmptyState isPage title={t('title')} action={<ButtonLink href="/">{t('shop')}</ButtonLink>}>
      {t('text')}
    </EmptyState>
  );
}

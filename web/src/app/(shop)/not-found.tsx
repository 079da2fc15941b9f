import { useTranslations } from 'next-intl';
import { ButtonLink } from '#web/ui/button.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';

export default function NothingHere() {
  const t = useTranslations('shell.notFound');
  return (
    <EmptyState
      isPage
      title={t('title')}
      action={
        <>
          <ButtonLink href="/">{t('home')}</ButtonLink>
          <ButtonLink href="/search" look="secondary">
            {t('search')}
          </ButtonLink>
        </>
      }
    >
      {t('text')}
    </EmptyState>
  );
}

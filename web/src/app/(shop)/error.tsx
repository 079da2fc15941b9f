'use client';

import { useTranslations } from 'next-intl';
import { Button, ButtonLink } from '#web/ui/button.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';

/** A page that failed while it was drawn. What the error says is for our logs. */
export default function BrokenPage({ reset }: { reset: () => void }) {
  const t = useTranslations('shell');
  return (
    <EmptyState
      isPage
      title={t('broken.title')}
      action={
        <>
          <Button onClick={reset}>{t('broken.again')}</Button>
          <ButtonLink href="/" look="secondary">
            {t('notFound.home')}
          </ButtonLink>
        </>
      }
    >
      {t('broken.text')}
    </EmptyState>
  );
}

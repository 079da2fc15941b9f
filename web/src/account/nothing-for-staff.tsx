import { useTranslations } from 'next-intl';
import { ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

/** On a page of customers, for staff. */
export function NothingForStaff({ title }: { title: string }) {
  const t = useTranslations('account.frame');
  return (
    <EmptyState isPage title={title} action={<ButtonLink href="/console">{t('console')}</ButtonLink>}>
      {t('staff')}
    </EmptyState>
  );
}

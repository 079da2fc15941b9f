import { useTranslations } from 'next-intl';
import { Stamp } from '../ui/stamp.tsx';

/** From here on each one counts. */
const FEW = 5;

/** Inventory's word on it: in stock, how few are left, or none. */
export function Stock({ available }: { available: number }) {
  const t = useTranslations('catalogue.stock');
  if (available === 0) return <Stamp tilted>{t('out')}</Stamp>;
  if (available <= FEW) return <Stamp tone="inventory">{t('few', { count: available })}</Stamp>;
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-muted">
      <span aria-hidden="true" className="size-2 rounded-full bg-notification" />
      {t('in')}
    </span>
  );
}

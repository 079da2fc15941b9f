import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { AccountIcon } from '../ui/icons.tsx';
import type { Account } from './get-account.ts';

const LINK = 'flex min-w-14 items-center justify-center gap-2 px-3 font-semibold condensed hover:text-pen';

/** Whose account it is; the server knows, so nothing changes once scripts run. */
export function AccountLink({ account }: { account: Account | undefined }) {
  const t = useTranslations('account.header');
  const shell = useTranslations('shell');
  if (account?.state !== 'in') {
    return (
      <Link href="/account" className={LINK}>
        <AccountIcon />
        <span className="max-xl:sr-only">{shell('account')}</span>
      </Link>
    );
  }
  const { name, email, role } = account.profile;
  const shown = name ?? email ?? '';
  return (
    <>
      {role === 'staff' ? (
        <Link href="/console" className={LINK}>
          {t('console')}
        </Link>
      ) : null}
      <Link href="/account" className={LINK} aria-label={t('signedIn', { name: shown })}>
        <AccountIcon signedIn />
        <bdi className="max-w-28 truncate max-xl:sr-only">{shown}</bdi>
      </Link>
    </>
  );
}

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { Perforation } from '../ui/sheet.tsx';
import type { Theme } from '../visitor/preferences.ts';
import type { Shop } from '../visitor/shop.ts';
import { CountryPreference, LanguagePreference, ThemePreference } from './preferences.tsx';

/** The foot of the form: who sells, and that nothing is really sold here where it is so. */
export function Footer({ shop, theme }: { shop: Shop | undefined; theme: Theme }) {
  const t = useTranslations('shell');
  return (
    <footer className="not-on-paper mt-16 bg-sheet">
      <Perforation />
      <div className="page grid gap-8 py-8 md:grid-cols-3">
        <div className="flex flex-col gap-1">
          <p className="label text-muted">{t('seller')}</p>
          {shop ? (
            <address className="text-sm not-italic">
              {shop.seller.name}
              <br />
              {shop.seller.address}
            </address>
          ) : null}
          {shop?.demo ? <p className="mt-3 max-w-[44ch] text-sm text-muted">{t('demo')}</p> : null}
        </div>
        <nav aria-label={t('help')}>
          <p className="label text-muted">{t('help')}</p>
          <ul className="text-sm">
            {(['track', 'orders', 'account'] as const).map((place) => (
              <li key={place}>
                <Link href={`/${place}`} className="inline-flex min-h-8 items-center hover:text-pen hover:underline">
                  {t(`places.${place}`)}
                </Link>
              </li>
            ))}
            {shop?.mailboxUrl ? (
              <li>
                <a href={shop.mailboxUrl} className="inline-flex min-h-8 items-center hover:text-pen hover:underline">
                  {t('mailbox')}
                </a>
              </li>
            ) : null}
          </ul>
        </nav>
        <div className="-mx-3 flex flex-wrap lg:hidden">
          {shop ? <CountryPreference shop={shop} /> : null}
          <LanguagePreference />
          <ThemePreference theme={theme} />
        </div>
      </div>
    </footer>
  );
}

import Form from 'next/form';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { CartButton } from '../cart/cart-button.tsx';
import { categoryPath } from '../catalogue/category.ts';
import { CategoryName } from '../catalogue/category-name.tsx';
import { AccountIcon, SearchIcon } from '../ui/icons.tsx';
import { LinkPending } from '../ui/link-pending.tsx';
import type { Theme } from '../visitor/preferences.ts';
import type { Shop } from '../visitor/shop.ts';
import { CountryPreference, LanguagePreference, ThemePreference } from './preferences.tsx';
import { Wordmark } from './wordmark.tsx';

/** The head of the form: who it is from, what is sought, where it goes to. */
export function Header({ shop, theme }: { shop: Shop | undefined; theme: Theme }) {
  const t = useTranslations('shell');
  return (
    <header className="not-on-paper border-b border-hairline bg-sheet">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:bg-sheet focus:px-4 focus:py-3"
      >
        {t('skip')}
      </a>
      <div className="page flex flex-wrap items-stretch gap-y-0 px-0! sm:px-4!">
        <Link href="/" className="flex min-h-16 items-center gap-3 px-4 hover:text-pen">
          <Wordmark name={shop?.name ?? t('shop')} />
        </Link>
        {shop ? (
          <Form
            action="/search"
            role="search"
            className="order-last flex min-h-14 w-full items-center gap-1 border-t border-hairline px-4 focus-within:bg-ground sm:order-none sm:w-auto sm:flex-1 sm:border-t-0 sm:border-l"
          >
            <label className="flex min-w-0 flex-1 flex-col">
              <span className="label text-muted">{t('search')}</span>
              <input
                type="search"
                name="text"
                maxLength={100}
                placeholder={t('searchFor')}
                className="w-full bg-transparent py-0.5 outline-none placeholder:text-muted"
              />
            </label>
            <button type="submit" className="grid size-11 place-items-center hover:text-pen" aria-label={t('search')}>
              <SearchIcon />
            </button>
          </Form>
        ) : (
          <div className="flex-1" />
        )}
        <div className="hidden items-stretch divide-x divide-hairline border-x border-hairline lg:flex [&>form]:items-center">
          {shop ? <CountryPreference shop={shop} /> : null}
          <LanguagePreference />
          <ThemePreference theme={theme} />
        </div>
        <div className="ml-auto flex items-stretch divide-x divide-hairline sm:ml-0 sm:border-l sm:border-hairline lg:border-l-0">
          <Link
            href="/account"
            className="flex min-w-14 items-center justify-center gap-2 px-3 font-semibold condensed hover:text-pen"
          >
            <AccountIcon />
            <span className="max-xl:sr-only">{t('account')}</span>
          </Link>
          <CartButton />
        </div>
      </div>
      {shop ? (
        <nav aria-label={t('categories')} className="border-t border-hairline">
          <ul className="page flex gap-6 overflow-x-auto [scrollbar-width:none]">
            {shop.categories.map((category) => (
              <li key={category} className="shrink-0">
                <Link
                  href={categoryPath(category)}
                  className="relative flex min-h-11 items-center font-semibold condensed hover:text-pen hover:underline hover:underline-offset-4"
                >
                  <CategoryName category={category} />
                  <LinkPending />
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      ) : null}
    </header>
  );
}

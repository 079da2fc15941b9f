'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useTransition } from 'react';
import { withoutSeenPrices } from '../cart/cart-cookie.ts';
import { useCart } from '../cart/cart-store.tsx';
import { COUNTRY_COOKIE, THEME_COOKIE, writeCookie } from '../visitor/preferences.ts';

interface PreferenceProps {
  /** The cookie that keeps it. */
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
}

/** One box of the form's head. The choice is sent with its button where there is no JavaScript. */
export function Preference({ name, label, value, options }: PreferenceProps) {
  const t = useTranslations('shell');
  const router = useRouter();
  const [pending, start] = useTransition();
  const { change } = useCart();
  const choose = (next: string) => {
    if (name === COUNTRY_COOKIE) change(withoutSeenPrices);
    writeCookie(name, next);
    if (name === THEME_COOKIE) document.documentElement.dataset.theme = next;
    else start(() => router.refresh());
  };
  return (
    <form method="post" action="/preferences/change" className="flex items-end">
      <label className="relative flex min-h-11 flex-col justify-center px-3 py-1 hover:text-pen">
        <span className="label text-muted">{label}</span>
        <select
          name={name}
          key={value}
          defaultValue={value}
          aria-busy={pending}
          onChange={({ target }) => choose(target.value)}
          className="-ml-1 h-6 max-w-40 truncate bg-sheet pr-1 text-sm font-semibold aria-busy:opacity-50"
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
      </label>
      <noscript>
        <button type="submit" className="min-h-11 px-2 text-sm font-semibold text-pen underline">
          {t('choose')}
        </button>
      </noscript>
    </form>
  );
}

import 'server-only';
import { cookies, headers } from 'next/headers';
import { cache } from 'react';
import { isLocale, LOCALE_COOKIE, type Locale, localeFor } from '../i18n/locales.ts';
import { COUNTRY_COOKIE, isTheme, THEME_COOKIE, type Theme } from './preferences.ts';

export interface Visitor {
  readonly locale: Locale;
  readonly theme: Theme;
  /** What they chose; the shop's default is for whoever asks to fill in. */
  readonly country: string | undefined;
}

/** What a request's cookies say of how its sender wants to see the shop. */
export const getVisitor = cache(async (): Promise<Visitor> => {
  const [jar, sent] = await Promise.all([cookies(), headers()]);
  const locale = jar.get(LOCALE_COOKIE)?.value;
  const theme = jar.get(THEME_COOKIE)?.value;
  const country = jar.get(COUNTRY_COOKIE)?.value;
  return {
    locale: isLocale(locale) ? locale : localeFor(sent.get('accept-language')),
    theme: isTheme(theme) ? theme : 'system',
    country: country !== undefined && /^[A-Z]{2}$/.test(country) ? country : undefined,
  };
});

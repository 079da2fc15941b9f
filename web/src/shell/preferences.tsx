import { useLocale, useTranslations } from 'next-intl';
import { LOCALE_COOKIE, LOCALES } from '../i18n/locales.ts';
import { COUNTRY_COOKIE, THEME_COOKIE, THEMES, type Theme } from '../visitor/preferences.ts';
import type { Shop } from '../visitor/shop.ts';
import { Preference } from './preference.tsx';

const LANGUAGES = { en: 'English', de: 'Deutsch' };

/** Countries in the visitor's language and its order. */
function countryOptions(shop: Shop, locale: string) {
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  return shop.countries
    .map(({ code }) => ({ value: code, text: names.of(code) ?? code }))
    .sort((a, b) => a.text.localeCompare(b.text, locale));
}

export function CountryPreference({ shop }: { shop: Shop }) {
  const t = useTranslations('shell');
  return (
    <Preference
      name={COUNTRY_COOKIE}
      label={t('shipTo')}
      value={shop.country}
      options={countryOptions(shop, useLocale())}
    />
  );
}

export function LanguagePreference() {
  const t = useTranslations('shell');
  return (
    <Preference
      name={LOCALE_COOKIE}
      label={t('language')}
      value={useLocale()}
      options={LOCALES.map((locale) => ({ value: locale, text: LANGUAGES[locale] }))}
    />
  );
}

export function ThemePreference({ theme }: { theme: Theme }) {
  const t = useTranslations('shell');
  return (
    <Preference
      name={THEME_COOKIE}
      label={t('theme')}
      value={theme}
      options={THEMES.map((value) => ({ value, text: t(`themes.${value}`) }))}
    />
  );
}

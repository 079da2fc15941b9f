export const COUNTRY_COOKIE = 'country';
export const THEME_COOKIE = 'theme';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value);

const A_YEAR_SECONDS = 365 * 24 * 60 * 60;
/** Readable by our scripts, which change them without a round trip; no secret is in them. */
export const PREFERENCE_COOKIE = { path: '/', sameSite: 'lax', maxAge: A_YEAR_SECONDS } as const;

export function writeCookie(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store answers later than the page is painted
  document.cookie = `${name}=${value}; Path=/; SameSite=Lax; Max-Age=${A_YEAR_SECONDS}${secure}`;
}

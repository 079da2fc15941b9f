'use client';

import { useLocale } from 'next-intl';
import { FORMAT_LOCALE } from '../i18n/locales.ts';
import { useShop } from '../visitor/shop-context.tsx';

const FORMATS = {
  date: { weekday: 'short', day: 'numeric', month: 'short' },
  longDate: { day: 'numeric', month: 'long', year: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit', hour12: false },
  both: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** In the shop's zone, exact and in UTC when it is pointed at. A day without an hour is a day in any zone. */
export function Time({ at, as = 'both' }: { at: string; as?: keyof typeof FORMATS }) {
  const locale = useLocale();
  const { timeZone } = useShop();
  const dayOnly = /^\d{4}-\d{2}-\d{2}$/.test(at);
  const shown = new Intl.DateTimeFormat(FORMAT_LOCALE[locale], {
    ...FORMATS[as],
    timeZone: dayOnly ? 'UTC' : timeZone,
  });
  return (
    <time dateTime={at} title={dayOnly ? undefined : new Date(at).toISOString()} className="tabular whitespace-nowrap">
      {shown.format(new Date(at))}
    </time>
  );
}

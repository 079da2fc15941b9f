import { useLocale, useTranslations } from 'next-intl';
import type { TimelineEntry } from './types.ts';

type Key = Parameters<ReturnType<typeof useTranslations<'order.events'>>['has']>[0];

const keyOf = (type: string) => type.replaceAll('.', '_') as Key;

/**
 * What an event is for a customer, in their language; one that we have no words for is as the gateway says it. Its own
 * words, which are English, know more about what was written to whom.
 */
export function useEventText() {
  const t = useTranslations('order.events');
  const locale = useLocale();
  return ({ type, text }: Pick<TimelineEntry, 'type' | 'text'>) => {
    const saysMore = locale === 'en' && type.startsWith('notification.');
    return t.has(keyOf(type)) && !saysMore ? t(keyOf(type)) : text;
  };
}

/** The same in a word, for a stamp. */
export function useStampText() {
  const t = useTranslations('order.stamps');
  return (type: string) => {
    const key = keyOf(type) as unknown as Parameters<typeof t.has>[0];
    return t.has(key) ? t(key) : type.split('.').at(-1)?.replaceAll('_', ' ');
  };
}

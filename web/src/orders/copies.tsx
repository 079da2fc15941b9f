'use client';

import clsx from 'clsx';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { Stamp } from '../ui/stamp.tsx';
import { Time } from '../ui/time.tsx';
import { useStampText } from './event-text.ts';
import { isOver } from './headline.ts';
import { stampsOf } from './stamps.ts';
import type { Order, TimelineEntry } from './types.ts';

const EDGES = {
  gateway: 'border-l-gateway',
  inventory: 'border-l-inventory',
  payment: 'border-l-payment',
  delivery: 'border-l-delivery',
  notification: 'border-l-notification',
};

/** The coloured copies of the waybill: who has stamped what, as it arrives. */
export function Copies({ order, entries }: { order: Order; entries: readonly TimelineEntry[] }) {
  const t = useTranslations('order');
  const stampText = useStampText();
  const seen = useSeen(entries);
  return (
    <ul aria-label={t('copies')}>
      {stampsOf(entries).map(({ copy, type, at, eventId, tone }) => (
        <li
          key={copy}
          className={clsx(
            'grid min-h-14 grid-cols-[1fr_auto] items-center gap-x-4 border-l-8 px-4 py-2 not-last:border-b not-last:border-b-hairline sm:grid-cols-[10rem_1fr_auto]',
            EDGES[copy],
          )}
        >
          <span className="label text-muted max-sm:col-span-2">{t(`desks.${copy}`)}</span>
          {type === undefined ? (
            <span className="text-sm text-muted">{!isOver(order) ? t('waiting') : t('never')}</span>
          ) : (
            <span>
              <Stamp key={eventId} tone={tone} tilted landing={eventId !== undefined && !seen.has(eventId)}>
                {stampText(type)}
              </Stamp>
            </span>
          )}
          <span className="text-right text-sm text-muted">{at === undefined ? null : <Time at={at} as="time" />}</span>
        </li>
      ))}
    </ul>
  );
}

/** What was there before: only what comes while one looks lands. */
function useSeen(entries: readonly TimelineEntry[]): ReadonlySet<string> {
  const seen = useRef(new Set(entries.map(({ eventId }) => eventId)));
  useEffect(() => {
    // After the stamp has landed.
    const later = setTimeout(() => {
      for (const { eventId } of entries) seen.current.add(eventId);
    }, 1_000);
    return () => clearTimeout(later);
  }, [entries]);
  return seen.current;
}

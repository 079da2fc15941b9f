'use client';

import clsx from 'clsx';
import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { Sheet } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import { useEventText } from './event-text.ts';
import { copyOf, toneOf } from './stamps.ts';
import type { TimelineEntry } from './types.ts';

const DOTS = {
  ink: 'bg-ink',
  gateway: 'bg-gateway',
  inventory: 'bg-inventory',
  payment: 'bg-payment',
  delivery: 'bg-delivery',
  notification: 'bg-notification',
  wrong: 'bg-wrong',
};

/** Everything that has happened, the latest first. */
export function OrderTimeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const t = useTranslations('order');
  const eventText = useEventText();
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Sheet>
        <h2 id={id} className="heading border-b border-hairline px-4 py-3 text-lg sm:px-6">
          {t('timeline')}
        </h2>
        <ol className="divide-y divide-hairline px-4 sm:px-6" data-testid="timeline">
          {entries.toReversed().map((entry) => (
            <li
              key={entry.eventId}
              className="grid grid-cols-[auto_1fr] items-baseline gap-x-3 py-2.5 sm:grid-cols-[auto_1fr_auto]"
            >
              <span aria-hidden="true" className={clsx('size-3 self-center', DOTS[toneOf(entry)])} />
              <span className="min-w-0">
                <span className="sr-only">{t(`desks.${copyOf(entry.source)}`)}: </span>
                <bdi>{eventText(entry)}</bdi>
              </span>
              <span className="text-sm text-muted max-sm:col-start-2">
                <Time at={entry.at} />
              </span>
            </li>
          ))}
        </ol>
      </Sheet>
    </section>
  );
}

'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Field, Select } from '../ui/field.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import type { Preferences } from './types.ts';

/** Where customers of a European shop are; the shop's own and the one that was chosen come besides. */
const TIME_ZONES = [
  'Atlantic/Reykjavik',
  'Europe/Athens',
  'Europe/Berlin',
  'Europe/Bucharest',
  'Europe/Dublin',
  'Europe/Helsinki',
  'Europe/Istanbul',
  'Europe/Lisbon',
  'Europe/London',
  'Europe/Madrid',
  'Europe/Paris',
  'Europe/Rome',
  'Europe/Stockholm',
  'Europe/Vienna',
  'Europe/Warsaw',
  'Europe/Zurich',
  'America/New_York',
  'Asia/Tokyo',
  'UTC',
];

interface QuietHoursProps {
  readonly chosen: Preferences['quietHours'];
  errorOf(name: string): string | undefined;
}

export function QuietHours({ chosen, errorOf }: QuietHoursProps) {
  const t = useTranslations('account.preferences.quiet');
  const { timeZone } = useShop();
  const [on, setOn] = useState(Boolean(chosen));
  const zones = [...new Set([chosen?.timeZone ?? timeZone, timeZone, ...TIME_ZONES])];
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="heading mb-2 text-lg">{t('title')}</legend>
      <p className="text-muted">{t('text')}</p>
      <label className="flex min-h-11 items-center gap-3">
        <input
          type="checkbox"
          name="quiet"
          value="yes"
          checked={on}
          onChange={({ target }) => setOn(target.checked)}
          className="size-5 accent-pen"
        />
        {t('on')}
      </label>
      {on ? (
        <div className="grid grid-cols-2 gap-4 sm:grid-cols-[8rem_8rem_minmax(0,1fr)]">
          <Field
            type="time"
            name="from"
            label={t('from')}
            required
            defaultValue={chosen?.from ?? '22:00'}
            error={errorOf('from')}
          />
          <Field
            type="time"
            name="until"
            label={t('until')}
            required
            defaultValue={chosen?.until ?? '07:00'}
            error={errorOf('until')}
          />
          <Select
            name="timeZone"
            label={t('zone')}
            defaultValue={chosen?.timeZone ?? timeZone}
            error={errorOf('timeZone')}
            className="col-span-2 sm:col-span-1"
          >
            {zones.map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll('_', ' ')}
              </option>
            ))}
          </Select>
        </div>
      ) : null}
    </fieldset>
  );
}

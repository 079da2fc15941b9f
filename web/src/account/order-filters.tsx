'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field, Select } from '../ui/field.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { isFiltered, ORDER_STATES, type OrderParams, SHORTEST_TEXT } from './order-params.ts';

interface OrderFiltersProps {
  readonly params: OrderParams;
  onChange(changed: Partial<OrderParams>): void;
  onReset(): void;
}

/** A form that the browser can send by itself; where there is JavaScript each change counts at once. */
export function OrderFilters({ params, onChange, onReset }: OrderFiltersProps) {
  const t = useTranslations('account.orders.filters');
  return (
    <Sheet>
      <form
        method="get"
        action="/orders"
        aria-label={t('title')}
        onSubmit={(event) => event.preventDefault()}
        className="grid items-start gap-x-4 gap-y-4 p-4 sm:grid-cols-2 sm:px-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,1fr)]"
      >
        <Words text={params.text} onChange={(text) => onChange({ text })} />
        <Select
          name="state"
          label={t('state')}
          value={params.state}
          onChange={({ target }) => onChange({ state: target.value as OrderParams['state'] })}
        >
          {ORDER_STATES.map((state) => (
            <option key={state} value={state}>
              {t(`states.${state}`)}
            </option>
          ))}
        </Select>
        {(['from', 'until'] as const).map((end) => (
          <Field
            key={end}
            type="date"
            name={end}
            label={t(end)}
            value={params[end] ?? ''}
            onChange={({ target }) => onChange({ [end]: target.value || null })}
          />
        ))}
        <noscript>
          <button type="submit" className="min-h-11 border border-field px-4 font-semibold">
            {t('apply')}
          </button>
        </noscript>
        {isFiltered(params) ? (
          <div className="sm:col-span-2 lg:col-span-4">
            <Button look="quiet" className="-ml-2" onClick={onReset}>
              {t('reset')}
            </Button>
          </div>
        ) : null}
      </form>
    </Sheet>
  );
}

/** What is being typed is the field's; what the address says since wins when it differs from what was sent. */
function Words({ text, onChange }: { text: string; onChange(text: string): void }) {
  const t = useTranslations('account.orders.filters');
  const [typed, setTyped] = useState(text);
  const [sent, setSent] = useState(text);
  const value = sent === text ? typed : text;
  return (
    <Field
      type="search"
      name="text"
      label={t('text')}
      hint={value.trim().length === 1 ? t('textShort') : undefined}
      maxLength={100}
      minLength={SHORTEST_TEXT}
      value={value}
      onChange={({ target }) => {
        setTyped(target.value);
        setSent(target.value);
        onChange(target.value);
      }}
    />
  );
}

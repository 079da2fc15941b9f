'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field, Select } from '../ui/field.tsx';
import { useCategoryName } from './category-name.tsx';
import { type SearchParams, SORTS } from './search-params.ts';
import type { SearchResult } from './types.ts';

interface FiltersProps {
  /** The page without its filters. */
  readonly action: string;
  readonly params: SearchParams;
  readonly facets: SearchResult['facets'] | undefined;
  /** A category's own page has no choice of it. */
  readonly chooseCategory: boolean;
  onChange(changed: Partial<SearchParams>): void;
  onReset(): void;
}

/** A form that the browser can send by itself; where there is JavaScript each change counts at once. */
export function Filters({ action, params, facets, chooseCategory, onChange, onReset }: FiltersProps) {
  const t = useTranslations('catalogue.filters');
  return (
    <form method="get" action={action} onSubmit={(event) => event.preventDefault()} className="flex flex-col gap-5 p-4">
      <Words text={params.text} label={t('text')} onChange={(text) => onChange({ text })} />
      <Select
        label={t('sort')}
        name="sort"
        value={params.sort}
        onChange={({ target }) => onChange({ sort: target.value as SearchParams['sort'] })}
      >
        {SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {t(`sorts.${sort}`)}
          </option>
        ))}
      </Select>
      {chooseCategory ? (
        <Categories chosen={params.category} facets={facets} onChange={(category) => onChange({ category })} />
      ) : null}
      <label className="flex min-h-11 items-center gap-3">
        <input
          type="checkbox"
          name="stock"
          value="true"
          checked={params.stock}
          onChange={({ target }) => onChange({ stock: target.checked })}
          className="size-5 accent-pen"
        />
        {t('stock', { count: facets?.inStock ?? 0 })}
      </label>
      <PriceRange {...{ params, facets, onChange }} />
      <div className="flex flex-wrap gap-2">
        <noscript>
          <button type="submit" className="min-h-11 border border-field px-4 font-semibold">
            {t('apply')}
          </button>
        </noscript>
        <Button look="quiet" className="-ml-2" onClick={onReset}>
          {t('reset')}
        </Button>
      </div>
    </form>
  );
}

/** What is being typed is the field's; what the address says since wins when it differs from what was sent. */
function Words({ text, label, onChange }: { text: string; label: string; onChange(text: string): void }) {
  const [typed, setTyped] = useState({ value: text, sent: text });
  const value = typed.sent === text ? typed.value : text;
  return (
    <Field
      type="search"
      name="text"
      label={label}
      maxLength={100}
      value={value}
      onChange={({ target }) => {
        setTyped({ value: target.value, sent: target.value });
        onChange(target.value);
      }}
    />
  );
}

function Categories({
  chosen,
  facets,
  onChange,
}: Pick<FiltersProps, 'facets'> & { chosen: string; onChange(category: string): void }) {
  const t = useTranslations('catalogue.filters');
  const nameOf = useCategoryName();
  const options = [{ category: '', count: undefined }, ...(facets?.categories ?? [])];
  return (
    <fieldset>
      <legend className="label mb-1 text-muted">{t('category')}</legend>
      {options.map(({ category, count }) => (
        <label key={category} className="flex min-h-10 items-center gap-3">
          <input
            type="radio"
            name="category"
            value={category}
            checked={chosen === category}
            onChange={() => onChange(category)}
            className="size-4.5 accent-pen"
          />
          <span className="flex-1">{category ? nameOf(category) : t('any')}</span>
          {count === undefined ? null : <span className="tabular text-sm text-muted">{count}</span>}
        </label>
      ))}
    </fieldset>
  );
}

function PriceRange({ params, facets, onChange }: Pick<FiltersProps, 'params' | 'facets' | 'onChange'>) {
  const t = useTranslations('catalogue.filters');
  const hint = { from: facets?.price?.min, to: facets?.price?.max };
  return (
    <div className="grid grid-cols-2 gap-3">
      {(['from', 'to'] as const).map((end) => (
        <Field
          key={`${end} ${params[end]}`}
          label={t(end)}
          name={end}
          type="number"
          inputMode="decimal"
          min={0}
          step="any"
          defaultValue={params[end] ?? ''}
          placeholder={hint[end] === undefined ? '' : String(Math.round(hint[end].amount / 100))}
          onBlur={({ target }) => onChange({ [end]: target.value === '' ? null : target.valueAsNumber })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.blur();
          }}
        />
      ))}
    </div>
  );
}

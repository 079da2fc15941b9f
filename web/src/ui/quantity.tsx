'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { MinusIcon, PlusIcon } from './icons.tsx';

interface QuantityProps {
  readonly value: number;
  readonly max?: number;
  /** Of what it is, for those who don't see it. */
  readonly of: string;
  readonly name?: string;
  onChange(value: number): void;
}

const STEP = 'grid size-11 place-items-center enabled:hover:text-pen disabled:opacity-35';

/** A number from 1 on: typed, or by a step at a time. */
export function Quantity({ value, max = 99, of, name, onChange }: QuantityProps) {
  const t = useTranslations('shell');
  const [typed, setTyped] = useState(String(value));
  useEffect(() => setTyped(String(value)), [value]);
  const set = (wanted: number) => {
    const next = Math.min(Math.max(1, Math.round(wanted) || 1), Math.max(1, max));
    setTyped(String(next));
    if (next !== value) onChange(next);
  };
  return (
    <div className="inline-flex rounded-sm border border-field bg-sheet">
      <button type="button" className={STEP} disabled={value <= 1} onClick={() => set(value - 1)}>
        <MinusIcon />
        <span className="sr-only">{t('less', { of })}</span>
      </button>
      <input
        className="tabular w-11 border-x border-hairline bg-transparent text-center"
        name={name}
        value={typed}
        inputMode="numeric"
        pattern="[0-9]{1,2}"
        maxLength={2}
        aria-label={t('quantityOf', { of })}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={() => set(Number(typed))}
        onKeyDown={(event) => {
          const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          set(value + step);
        }}
      />
      <button type="button" className={STEP} disabled={value >= max} onClick={() => set(value + 1)}>
        <PlusIcon />
        <span className="sr-only">{t('more', { of })}</span>
      </button>
    </div>
  );
}

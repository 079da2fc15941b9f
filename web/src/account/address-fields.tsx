'use client';

import type { Address } from '@orderflow/contracts';
import { useLocale, useTranslations } from 'next-intl';
import { Field, Select } from '../ui/field.tsx';
import { useShop } from '../visitor/shop-context.tsx';

interface AddressFieldsProps {
  readonly address: Address | undefined;
  errorOf(name: string): string | undefined;
}

/** The lines of a label, with the names that browsers fill in (WHATWG's autofill field names). */
export function AddressFields({ address, errorOf }: AddressFieldsProps) {
  const t = useTranslations('account.addresses');
  const fields = useTranslations('account.fields');
  const locale = useLocale();
  const { countries, country } = useShop();
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  const line = (name: keyof Address, autoComplete: string, maxLength: number, optional = false) => ({
    name,
    label: optional ? fields('optional', { field: t(name) }) : t(name),
    autoComplete,
    maxLength,
    required: !optional,
    defaultValue: address?.[name] ?? '',
    error: errorOf(name),
  });
  const options = countries
    .map(({ code }) => ({ code, text: names.of(code) ?? code }))
    .sort((a, b) => a.text.localeCompare(b.text, locale));
  return (
    <div className="grid grid-cols-6 gap-x-4 gap-y-5">
      <Field {...line('name', 'name', 100)} className="col-span-6" />
      <Field {...line('company', 'organization', 100, true)} className="col-span-6" />
      <Field {...line('line1', 'address-line1', 120)} className="col-span-6" />
      <Field {...line('line2', 'address-line2', 120, true)} className="col-span-6" />
      <Field {...line('postalCode', 'postal-code', 16)} className="col-span-2" />
      <Field {...line('city', 'address-level2', 80)} className="col-span-4" />
      <Field {...line('region', 'address-level1', 80, true)} className="col-span-6 sm:col-span-3" />
      <Select
        name="country"
        label={t('country')}
        autoComplete="country"
        required
        defaultValue={address?.country ?? country}
        error={errorOf('country')}
        className="col-span-6 sm:col-span-3"
      >
        {options.map(({ code, text }) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </Select>
    </div>
  );
}

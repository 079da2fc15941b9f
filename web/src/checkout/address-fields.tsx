'use client';

import { REGIONS } from '@orderflow/contracts/forms';
import { useLocale, useTranslations } from 'next-intl';
import { useFormContext, useWatch } from 'react-hook-form';
import { Field, Select } from '../ui/field.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import { problemOf } from './checkout-form.ts';
import type { CheckedCheckout } from './checkout-schema.ts';
import type { AddressValues, CheckoutValues } from './checkout-values.ts';

export const useCheckoutForm = () => useFormContext<CheckoutValues, unknown, CheckedCheckout>();

type FieldName = 'email' | 'phone' | 'vatId' | `address.${keyof AddressValues}` | `billing.${keyof AddressValues}`;

/** Registers a field and says what is wrong with it, in the visitor's language. */
export function useField() {
  const t = useTranslations('checkout');
  const { register, getFieldState, formState } = useCheckoutForm();
  return (name: FieldName) => {
    const { error } = getFieldState(name, formState);
    return {
      ...register(name),
      ...(error && { error: t(`errors.${problemOf(name, error)}`) }),
    };
  };
}

interface AddressFieldsProps {
  readonly of: 'address' | 'billing';
  readonly withCompany?: boolean;
}

/** An address as its country writes it. */
export function AddressFields({ of, withCompany }: AddressFieldsProps) {
  const t = useTranslations('checkout');
  const { control, setValue } = useCheckoutForm();
  const country = useWatch({ control, name: `${of}.country` });
  const field = useField();
  const regions = REGIONS[country];
  const filled = (what: string) => `${of === 'billing' ? 'billing' : 'shipping'} ${what}`;
  const optional = (label: string) => (
    <>
      {label} <span className="font-normal normal-case tracking-normal">({t('optional')})</span>
    </>
  );
  const countryField = field(`${of}.country`);
  return (
    <div className="grid grid-cols-6 gap-x-4 gap-y-3">
      <CountrySelect
        {...countryField}
        onChange={(event) => {
          setValue(`${of}.region`, '');
          return countryField.onChange(event);
        }}
        autoComplete={filled('country')}
        className="col-span-6"
      />
      <Field {...field(`${of}.name`)} label={t('address.name')} autoComplete={filled('name')} className="col-span-6" />
      {withCompany ? (
        <Field
          {...field(`${of}.company`)}
          label={optional(t('address.company'))}
          autoComplete={filled('organization')}
          className="col-span-6"
        />
      ) : null}
      <Field
        {...field(`${of}.line1`)}
        label={t('address.line1')}
        autoComplete={filled('address-line1')}
        className="col-span-6"
      />
      <Field
        {...field(`${of}.line2`)}
        label={optional(t('address.line2'))}
        autoComplete={filled('address-line2')}
        className="col-span-6"
      />
      <Field
        {...field(`${of}.postalCode`)}
        label={t('address.postalCode')}
        autoComplete={filled('postal-code')}
        className="col-span-6 xs:col-span-2"
      />
      <Field
        {...field(`${of}.city`)}
        label={t('address.city')}
        autoComplete={filled('address-level2')}
        className="col-span-6 xs:col-span-4"
      />
      {regions ? (
        <Select
          {...field(`${of}.region`)}
          label={t('address.region')}
          autoComplete={filled('address-level1')}
          className="col-span-6"
        >
          <option value="">{t('address.chooseRegion')}</option>
          {regions.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </Select>
      ) : null}
    </div>
  );
}

function CountrySelect(props: Omit<Parameters<typeof Select>[0], 'label' | 'children'>) {
  const t = useTranslations('checkout');
  const locale = useLocale();
  const { countries } = useShop();
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  return (
    <Select {...props} label={t('address.country')}>
      {countries
        .map(({ code }) => ({ code, name: names.of(code) ?? code }))
        .sort((a, b) => a.name.localeCompare(b.name, locale))
        .map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
    </Select>
  );
}

'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useWatch } from 'react-hook-form';
import type { Profile } from '../account/get-account.ts';
import type { SavedAddress } from '../account/types.ts';
import { Checkbox } from '../ui/choice.tsx';
import { Field, Select } from '../ui/field.tsx';
import { AddressFields, useCheckoutForm, useField } from './address-fields.tsx';
import { emptyAddress } from './checkout-form.ts';
import { Section } from './section.tsx';

interface AddressSectionProps {
  readonly customer: Profile | null;
  readonly addresses: readonly SavedAddress[];
}

export function AddressSection({ customer, addresses }: AddressSectionProps) {
  const t = useTranslations('checkout');
  const { control, register } = useCheckoutForm();
  const hasBilling = useWatch({ control, name: 'hasBilling' });
  const field = useField();
  return (
    <Section number={1} title={t('address.title')}>
      <p className="text-sm text-muted">
        {customer
          ? t.rich('address.signedInAs', { name: () => <bdi>{customer.name ?? customer.email}</bdi> })
          : t.rich('address.signIn', {
              link: (text) => (
                <Link href="/sign-in?next=/checkout" className="font-semibold text-pen underline underline-offset-4">
                  {text}
                </Link>
              ),
            })}
      </p>
      <fieldset aria-label={t('address.contact')} className="grid gap-x-4 gap-y-3 xs:grid-cols-2">
        <Field
          {...field('email')}
          label={t('address.email')}
          hint={t('address.emailHint')}
          type="email"
          inputMode="email"
          autoComplete="email"
          spellCheck={false}
        />
        <Field
          {...field('phone')}
          label={
            <>
              {t('address.phone')} <span className="font-normal normal-case tracking-normal">({t('optional')})</span>
            </>
          }
          hint={t('address.phoneHint')}
          type="tel"
          autoComplete="tel"
        />
      </fieldset>
      <fieldset aria-label={t('address.deliverTo')} className="flex flex-col gap-3">
        {addresses.length > 0 ? <AddressBook addresses={addresses} /> : null}
        <AddressFields of="address" />
      </fieldset>
      <Checkbox {...register('hasBilling')} label={t('address.hasBilling')} />
      {hasBilling ? (
        <fieldset aria-label={t('address.billing')} className="flex flex-col gap-3 border-l-4 border-hairline pl-4">
          <p className="font-semibold">{t('address.billing')}</p>
          <AddressFields of="billing" withCompany />
          <Field
            {...field('vatId')}
            label={
              <>
                {t('address.vatId')} <span className="font-normal normal-case tracking-normal">({t('optional')})</span>
              </>
            }
            hint={t('address.vatIdHint')}
            autoComplete="off"
            spellCheck={false}
            className="max-w-60"
          />
        </fieldset>
      ) : null}
    </Section>
  );
}

/** Fills the form from the customer's own addresses; what is filled in can still be changed for this order. */
function AddressBook({ addresses }: { addresses: readonly SavedAddress[] }) {
  const t = useTranslations('checkout.address');
  const { control, setValue, clearErrors } = useCheckoutForm();
  const { name, line1, postalCode } = useWatch({ control, name: 'address' });
  const chosen = addresses.find(
    ({ address }) => address.name === name && address.line1 === line1 && address.postalCode === postalCode,
  );
  const choose = (addressId: string) => {
    const saved = addresses.find((one) => one.addressId === addressId);
    const country = saved?.address.country ?? addresses[0]?.address.country ?? '';
    setValue('address', { ...emptyAddress(country), ...saved?.address });
    if (saved?.phone) setValue('phone', saved.phone);
    clearErrors('address');
  };
  return (
    <Select label={t('choose')} value={chosen?.addressId ?? ''} onChange={({ target }) => choose(target.value)}>
      {addresses.map(({ addressId, label, address }) => (
        <option key={addressId} value={addressId}>
          {[label, address.name, address.line1, address.city].filter(Boolean).join(', ')}
        </option>
      ))}
      <option value="">{t('another')}</option>
    </Select>
  );
}

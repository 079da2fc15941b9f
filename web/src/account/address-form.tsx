'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { useTrpc, useTrpcClient } from '../trpc/client.tsx';
import { failureOf } from '../trpc/failure.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { AddressFields } from './address-fields.tsx';
import { FormFailure } from './form-failure.tsx';
import { Panel } from './panel.tsx';
import type { SaveAddressInput, SavedAddress } from './types.ts';
import { textIn, useForm } from './use-form.ts';

interface AddressFormProps {
  /** Undefined: a new one. */
  readonly saved: SavedAddress | undefined;
  onDone(saved: boolean): void;
}

export function AddressForm({ saved, onDone }: AddressFormProps) {
  const t = useTranslations('account.addresses');
  const fields = useTranslations('account.fields');
  const trpc = useTrpc();
  const calls = useTrpcClient();
  const queries = useQueryClient();
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => top.current?.querySelector('input')?.focus(), []);
  const form = useForm(async (values) => {
    try {
      const { addresses } = await calls.profile.addresses.save.mutate(inputOf(values, saved));
      queries.setQueryData(trpc.profile.addresses.list.queryKey(), { addresses });
      onDone(true);
      return undefined;
    } catch (error) {
      // It may have been saved all the same.
      void queries.invalidateQueries({ queryKey: trpc.profile.addresses.list.queryKey() });
      return failureOf(error);
    }
  });
  return (
    <div ref={top}>
      <Panel title={saved ? t('change') : t('new')}>
        <form {...form.props} className="flex flex-col gap-5">
          <FormFailure failure={form.failure} />
          <Field
            name="label"
            label={fields('optional', { field: t('label') })}
            autoComplete="off"
            maxLength={60}
            defaultValue={saved?.label ?? ''}
            error={form.errorOf('label')}
          />
          <AddressFields address={saved?.address} errorOf={form.errorOf} />
          <Field
            name="phone"
            type="tel"
            label={fields('optional', { field: t('phone') })}
            hint={t('phoneHint')}
            autoComplete="tel"
            pattern="\+[1-9][0-9 ]{6,18}"
            defaultValue={saved?.phone ?? ''}
            error={form.errorOf('phone')}
          />
          <label className="flex min-h-11 items-center gap-3">
            <input
              type="checkbox"
              name="isDefault"
              value="yes"
              defaultChecked={saved?.isDefault ?? false}
              className="size-5 accent-pen"
            />
            {t('isDefault')}
          </label>
          <div className="flex flex-wrap gap-3">
            <Button type="submit" busy={form.pending ? t('saving') : undefined}>
              {t('save')}
            </Button>
            <Button look="secondary" onClick={() => onDone(false)}>
              {t('cancel')}
            </Button>
          </div>
        </form>
      </Panel>
    </div>
  );
}

function inputOf(values: FormData, saved: SavedAddress | undefined): SaveAddressInput {
  const text = (name: string) => textIn(values, name);
  const optional = (...names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, text(name)]).filter(([, value]) => value !== undefined));
  const phone = text('phone');
  return {
    ...(saved ? { addressId: saved.addressId } : {}),
    ...optional('label'),
    ...(phone === undefined ? {} : { phone }),
    address: {
      name: text('name') ?? '',
      line1: text('line1') ?? '',
      postalCode: text('postalCode') ?? '',
      city: text('city') ?? '',
      country: text('country') ?? '',
      ...optional('company', 'line2', 'region'),
    },
    isDefault: values.has('isDefault'),
  };
}

'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTrpcClient } from '../trpc/client.tsx';
import { failureOf } from '../trpc/failure.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import type { AuthFailure } from './auth-failure.ts';
import { FormFailure } from './form-failure.tsx';
import { Notice } from './notice.tsx';
import { SUBMIT_PATH } from './paths.ts';
import { textIn, useForm } from './use-form.ts';

interface TrackFormProps {
  readonly number: string | undefined;
  readonly failure: AuthFailure | undefined;
  readonly sent: boolean;
}

/** The answer is the same whether there is such an order or not. */
export function TrackForm({ number, failure, sent }: TrackFormProps) {
  const t = useTranslations('account.track');
  const fields = useTranslations('account.fields');
  const trpc = useTrpcClient();
  const [asked, setAsked] = useState(sent);
  const form = useForm(async (values) => {
    setAsked(false);
    const input = { orderNumber: textIn(values, 'orderNumber') ?? '', email: textIn(values, 'email') ?? '' };
    const failed = await trpc.orders.sendTrackingLink.mutate(input).then(() => undefined, failureOf);
    if (!failed) setAsked(true);
    return failed;
  }, failure);
  return (
    <form {...form.props} action={SUBMIT_PATH} className="flex flex-col gap-5">
      <input type="hidden" name="form" value="track" />
      <FormFailure failure={form.failure} />
      {asked ? <Notice>{t('sent')}</Notice> : null}
      <Field
        name="orderNumber"
        label={t('number')}
        hint={t('numberHint')}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        required
        maxLength={40}
        defaultValue={number}
        error={form.errorOf('orderNumber')}
      />
      <Field
        name="email"
        type="email"
        label={fields('email')}
        autoComplete="email"
        required
        maxLength={254}
        error={form.errorOf('email')}
      />
      <Button type="submit" look={asked ? 'secondary' : 'primary'} busy={form.pending ? t('sending') : undefined}>
        {t('send')}
      </Button>
    </form>
  );
}

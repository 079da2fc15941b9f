'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTrpcClient } from '../trpc/client.tsx';
import { failureOf } from '../trpc/failure.ts';
import { Button } from '../ui/button.tsx';
import { Field, Select } from '../ui/field.tsx';
import { Box } from '../ui/sheet.tsx';
import { Time } from '../ui/time.tsx';
import { FormFailure } from './form-failure.tsx';
import type { Profile } from './get-account.ts';
import { Notice } from './notice.tsx';
import { Panel } from './panel.tsx';
import { textIn, useForm } from './use-form.ts';

/** Name and language; the address is shown, and stays. */
export function ProfileForm({ profile }: { profile: Profile }) {
  const t = useTranslations('account.profile');
  const fields = useTranslations('account.fields');
  const trpc = useTrpcClient();
  const router = useRouter();
  const [saved, setSaved] = useState(false);
  const form = useForm(async (values) => {
    setSaved(false);
    const locale = values.get('locale') === 'de' ? 'de' : 'en';
    const failure = await trpc.profile.update
      .mutate({ name: textIn(values, 'name') ?? '', locale })
      .then(() => undefined, failureOf);
    if (failure) return failure;
    setSaved(true);
    router.refresh();
    return undefined;
  });
  return (
    <Panel title={t('title')}>
      <dl className="-mx-4 -my-2 flex flex-wrap">
        {profile.email === undefined ? null : (
          <Box label={t('email')}>
            <span className="font-semibold">{profile.email}</span>{' '}
            <span className="text-sm text-muted">{t(profile.emailVerified ? 'confirmed' : 'unconfirmed')}</span>
          </Box>
        )}
        {profile.createdAt === undefined ? null : (
          <Box label={t('since')}>
            <Time at={profile.createdAt} as="longDate" />
          </Box>
        )}
      </dl>
      <form {...form.props} className="flex flex-col gap-5">
        <FormFailure failure={form.failure} />
        <Field
          name="name"
          label={fields('name')}
          autoComplete="name"
          required
          maxLength={100}
          defaultValue={profile.name ?? ''}
          error={form.errorOf('name')}
        />
        <Select name="locale" label={t('language')} hint={t('languageHint')} defaultValue={profile.locale ?? 'en'}>
          {(['en', 'de'] as const).map((locale) => (
            <option key={locale} value={locale}>
              {t(`languages.${locale}`)}
            </option>
          ))}
        </Select>
        {saved ? <Notice>{t('saved')}</Notice> : null}
        <div>
          <Button type="submit" busy={form.pending ? t('saving') : undefined}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTrpc, useTrpcClient } from '../trpc/client.tsx';
import { failureOf } from '../trpc/failure.ts';
import { Button } from '../ui/button.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Select } from '../ui/field.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { FormFailure } from './form-failure.tsx';
import { Notice } from './notice.tsx';
import { NoticeTable } from './notice-table.tsx';
import { preferencesIn } from './preferences-input.ts';
import { QuietHours } from './quiet-hours.tsx';
import type { Preferences } from './types.ts';
import { useForm } from './use-form.ts';

export function PreferencesForm() {
  const trpc = useTrpc();
  // What is being filled in must not change under the customer's hands.
  const query = useQuery({ ...trpc.profile.preferences.get.queryOptions(), refetchOnWindowFocus: false });
  if (query.data) return <Filled preferences={query.data.preferences} />;
  if (query.error) return <ErrorPanel failure={failureOf(query.error)} onRetry={() => void query.refetch()} />;
  return <Skeleton className="h-[50rem]" />;
}

function Filled({ preferences }: { preferences: Preferences }) {
  const t = useTranslations('account.preferences');
  const languages = useTranslations('account.profile.languages');
  const trpc = useTrpc();
  const calls = useTrpcClient();
  const queries = useQueryClient();
  const [saved, setSaved] = useState(false);
  const form = useForm(async (values) => {
    setSaved(false);
    try {
      const answer = await calls.profile.preferences.set.mutate(preferencesIn(values));
      queries.setQueryData(trpc.profile.preferences.get.queryKey(), answer);
      setSaved(true);
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  });
  return (
    <Sheet torn className="max-w-3xl">
      <form {...form.props} onChange={() => setSaved(false)} className="flex flex-col gap-8 p-5 sm:p-8">
        <p className="max-w-[60ch] text-muted">{t('text')}</p>
        <NoticeTable preferences={preferences} />
        <QuietHours chosen={preferences.quietHours} errorOf={form.errorOf} />
        <Select name="locale" label={t('language')} defaultValue={preferences.locale ?? ''} className="max-w-xs">
          <option value="">{t('languageAny')}</option>
          {(['en', 'de'] as const).map((locale) => (
            <option key={locale} value={locale}>
              {languages(locale)}
            </option>
          ))}
        </Select>
        <FormFailure failure={form.failure} />
        {saved ? <Notice>{t('saved')}</Notice> : null}
        <div>
          <Button type="submit" busy={form.pending ? t('saving') : undefined}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { callAuth } from './auth-calls.ts';
import { FormFailure } from './form-failure.tsx';
import { Notice } from './notice.tsx';
import { Panel } from './panel.tsx';
import { PasswordField } from './password-field.tsx';
import { useForm } from './use-form.ts';
import { SESSIONS_KEY } from './use-sessions.ts';

export function PasswordForm({ email }: { email: string | undefined }) {
  const t = useTranslations('account.password');
  const fields = useTranslations('account.fields');
  const queries = useQueryClient();
  const [saves, setSaves] = useState(0);
  const [saved, setSaved] = useState(false);
  const form = useForm(async (values) => {
    setSaved(false);
    const { failure } = await callAuth('/change-password', {
      currentPassword: values.get('currentPassword'),
      newPassword: values.get('newPassword'),
      revokeOtherSessions: values.has('others'),
    });
    if (failure) return failure;
    setSaved(true);
    // Empties the lines.
    setSaves((count) => count + 1);
    void queries.invalidateQueries({ queryKey: SESSIONS_KEY });
    return undefined;
  });
  return (
    <Panel title={t('title')}>
      <form key={saves} {...form.props} className="flex flex-col gap-5">
        {/* So that password managers know whose it is. */}
        <input type="hidden" name="username" autoComplete="username" defaultValue={email} />
        <FormFailure failure={form.failure} />
        <PasswordField
          kind="current"
          name="currentPassword"
          label={fields('currentPassword')}
          error={form.errorOf('currentPassword')}
        />
        <PasswordField
          kind="new"
          name="newPassword"
          label={fields('newPassword')}
          error={form.errorOf('newPassword')}
        />
        <label className="flex min-h-11 items-center gap-3">
          <input type="checkbox" name="others" value="yes" defaultChecked className="size-5 accent-pen" />
          {t('others')}
        </label>
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

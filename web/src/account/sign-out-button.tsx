'use client';

import { useTranslations } from 'next-intl';
import { Button } from '../ui/button.tsx';
import { callAuth } from './auth-calls.ts';
import { FormFailure } from './form-failure.tsx';
import { SUBMIT_PATH } from './paths.ts';
import { useForm } from './use-form.ts';

/** Ends the session and leaves; nothing of this customer's stays in the browser's memory. */
export function SignOutButton() {
  const t = useTranslations('account.signOut');
  const form = useForm(async () => {
    const { failure } = await callAuth('/sign-out', {});
    if (failure) return failure;
    location.assign('/');
    return new Promise(() => {});
  });
  return (
    <form {...form.props} action={SUBMIT_PATH} className="flex flex-col items-start gap-2">
      <input type="hidden" name="form" value="sign-out" />
      <FormFailure failure={form.failure} />
      <Button type="submit" look="secondary" busy={form.pending ? t('pending') : undefined}>
        {t('action')}
      </Button>
    </form>
  );
}

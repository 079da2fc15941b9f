'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { callAuth } from './auth-calls.ts';
import type { AuthFailure } from './auth-failure.ts';
import { FormFailure } from './form-failure.tsx';
import { Notice } from './notice.tsx';
import { PasswordField } from './password-field.tsx';
import { SUBMIT_PATH } from './paths.ts';
import { SignInForm } from './sign-in-form.tsx';
import { textIn, useForm } from './use-form.ts';

interface ResetFormsProps {
  /** What came of it where there was no JavaScript. */
  readonly failure: AuthFailure | undefined;
  readonly sent: boolean;
}

/** Asks for a link; opened by one, it asks for the new password. */
export function ResetForms({ failure, sent }: ResetFormsProps) {
  const t = useTranslations('account.reset');
  const [token, setToken] = useState<string>();
  const [done, setDone] = useState(false);
  const [refused, setRefused] = useState<AuthFailure>();
  useEffect(() => {
    const take = () => {
      const found = new URLSearchParams(location.hash.slice(1)).get('token');
      if (!found) return;
      setToken(found);
      setRefused(undefined);
      // Whoever looks over a shoulder, or into the history, finds nothing to use.
      history.replaceState(history.state, '', location.pathname);
    };
    take();
    addEventListener('hashchange', take);
    return () => removeEventListener('hashchange', take);
  }, []);
  if (done) {
    return (
      <>
        <Notice>{t('done')}</Notice>
        <SignInForm />
      </>
    );
  }
  if (token !== undefined) {
    return (
      <NewPassword
        token={token}
        onDone={() => setDone(true)}
        onRefused={(why) => {
          setToken(undefined);
          setRefused(why);
        }}
      />
    );
  }
  return <AskForLink key={refused?.reason} failure={refused ?? failure} sent={sent} />;
}

function AskForLink({ failure, sent }: ResetFormsProps) {
  const t = useTranslations('account.reset');
  const fields = useTranslations('account.fields');
  const [asked, setAsked] = useState(sent);
  const form = useForm(async (values) => {
    setAsked(false);
    const answer = await callAuth('/request-password-reset', { email: textIn(values, 'email') ?? '' });
    if (!answer.failure) setAsked(true);
    return answer.failure;
  }, failure);
  return (
    <form {...form.props} action={SUBMIT_PATH} className="flex flex-col gap-5">
      <input type="hidden" name="form" value="reset" />
      <FormFailure failure={form.failure} />
      {asked ? <Notice>{t('sent')}</Notice> : <p className="text-muted">{t('ask')}</p>}
      <Field
        name="email"
        type="email"
        label={fields('email')}
        autoComplete="username"
        required
        maxLength={254}
        error={form.errorOf('email')}
      />
      <Button type="submit" look={asked ? 'secondary' : 'primary'} busy={form.pending ? t('sending') : undefined}>
        {t('send')}
      </Button>
      <noscript>
        <p className="text-muted">{t('noScript')}</p>
      </noscript>
    </form>
  );
}

interface NewPasswordProps {
  readonly token: string;
  onDone(): void;
  /** The link is no good: another one has to be asked for. */
  onRefused(why: AuthFailure): void;
}

function NewPassword({ token, onDone, onRefused }: NewPasswordProps) {
  const t = useTranslations('account.reset');
  const fields = useTranslations('account.fields');
  const form = useForm(async (values) => {
    const { failure } = await callAuth('/reset-password', { newPassword: values.get('newPassword'), token });
    if (!failure) onDone();
    else if (failure.reason === 'INVALID_TOKEN') onRefused(failure);
    else return failure;
    return undefined;
  });
  return (
    <form {...form.props} className="flex flex-col gap-5">
      <FormFailure failure={form.failure} />
      <p className="text-muted">{t('set')}</p>
      <PasswordField kind="new" name="newPassword" label={fields('newPassword')} error={form.errorOf('newPassword')} />
      <Button type="submit" busy={form.pending ? t('saving') : undefined}>
        {t('save')}
      </Button>
    </form>
  );
}

'use client';

import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { callAuth } from './auth-calls.ts';
import type { AuthFailure } from './auth-failure.ts';
import { FormFailure } from './form-failure.tsx';
import { PasswordField } from './password-field.tsx';
import { SUBMIT_PATH, verifiedPath, withNext } from './paths.ts';
import { SignUpSent } from './sign-up-sent.tsx';
import { textIn, useForm } from './use-form.ts';

interface SignUpFormProps {
  readonly next: string | undefined;
  /** What came of it where there was no JavaScript. */
  readonly failure: AuthFailure | undefined;
}

/** What follows is the same whether the address has an account or not; the mail says which. */
export function SignUpForm({ next, failure }: SignUpFormProps) {
  const t = useTranslations('account.signUp');
  const fields = useTranslations('account.fields');
  const locale = useLocale();
  const [email, setEmail] = useState<string>();
  const form = useForm(async (values) => {
    const address = textIn(values, 'email') ?? '';
    const answer = await callAuth('/sign-up/email', {
      name: textIn(values, 'name') ?? '',
      email: address,
      password: values.get('password'),
      locale,
      callbackURL: verifiedPath(next),
    });
    if (!answer.failure) setEmail(address);
    return answer.failure;
  }, failure);
  if (email !== undefined) return <SignUpSent email={email} next={next} onOther={() => setEmail(undefined)} />;
  return (
    <form {...form.props} action={SUBMIT_PATH} className="flex flex-col gap-5">
      <input type="hidden" name="form" value="sign-up" />
      {next === undefined ? null : <input type="hidden" name="next" value={next} />}
      <p className="text-muted">{t('why')}</p>
      <FormFailure failure={form.failure} />
      <Field
        name="name"
        label={fields('name')}
        autoComplete="name"
        required
        maxLength={100}
        error={form.errorOf('name')}
      />
      <Field
        name="email"
        type="email"
        label={fields('email')}
        autoComplete="username"
        required
        maxLength={254}
        error={form.errorOf('email')}
      />
      <PasswordField kind="new" name="password" label={fields('password')} error={form.errorOf('password')} />
      <Button type="submit" busy={form.pending ? t('sending') : undefined}>
        {t('action')}
      </Button>
      <p>
        <Link
          href={withNext('/sign-in', next)}
          className="inline-flex min-h-11 items-center text-pen underline underline-offset-4"
        >
          {t('signIn')}
        </Link>
      </p>
    </form>
  );
}

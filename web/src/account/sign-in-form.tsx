'use client';

import { useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { callAuth } from './auth-calls.ts';
import type { AuthFailure } from './auth-failure.ts';
import { FormFailure } from './form-failure.tsx';
import { PasswordField } from './password-field.tsx';
import { SUBMIT_PATH, withNext } from './paths.ts';
import { textIn, useForm } from './use-form.ts';

interface SignInFormProps {
  /** A path of ours to go to afterwards. */
  readonly next?: string | undefined;
  /** The address to begin with. */
  readonly email?: string | undefined;
  /** What came of it where there was no JavaScript. */
  readonly failure?: AuthFailure | undefined;
  /**
   * For a dialog: the page stays with all that was typed, its queries are asked again, and other pages open beside it.
   * Without it the whole page is loaded anew, so that nothing of another visitor's is left in memory.
   */
  readonly onSignedIn?: (() => void) | undefined;
}

export function SignInForm({ next, email, failure, onSignedIn }: SignInFormProps) {
  const t = useTranslations('account.signIn');
  const fields = useTranslations('account.fields');
  const router = useRouter();
  const queries = useQueryClient();
  const form = useForm(async (values) => {
    const answer = await callAuth('/sign-in/email', {
      email: textIn(values, 'email') ?? '',
      password: values.get('password'),
      rememberMe: values.has('remember'),
    });
    if (answer.failure) return answer.failure;
    if (!onSignedIn) {
      location.assign(next ?? '/account');
      // Busy until the other page is there.
      return new Promise(() => {});
    }
    router.refresh();
    await queries.invalidateQueries();
    onSignedIn();
    return undefined;
  }, failure);
  const elsewhere = onSignedIn ? { target: '_blank' } : {};
  return (
    <form {...form.props} action={SUBMIT_PATH} className="flex flex-col gap-5">
      <input type="hidden" name="form" value="sign-in" />
      {next === undefined ? null : <input type="hidden" name="next" value={next} />}
      <FormFailure failure={form.failure} />
      <Field
        name="email"
        type="email"
        label={fields('email')}
        autoComplete="username"
        required
        maxLength={254}
        defaultValue={email}
        error={form.errorOf('email')}
      />
      <PasswordField
        kind="current"
        name="password"
        label={fields('password')}
        error={form.errorOf('password', { count: 1 })}
      />
      <label className="flex min-h-11 items-center gap-3">
        <input type="checkbox" name="remember" value="yes" defaultChecked className="size-5 accent-pen" />
        {t('remember')}
      </label>
      <Button type="submit" busy={form.pending ? t('signingIn') : undefined}>
        {t('action')}
      </Button>
      <p className="flex flex-wrap gap-x-6">
        <Link
          href="/reset"
          {...elsewhere}
          className="inline-flex min-h-11 items-center text-pen underline underline-offset-4"
        >
          {t('forgotten')}
        </Link>
        <Link
          href={withNext('/sign-up', next)}
          {...elsewhere}
          className="inline-flex min-h-11 items-center text-pen underline underline-offset-4"
        >
          {t('signUp')}
        </Link>
      </p>
    </form>
  );
}

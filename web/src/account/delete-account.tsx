'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTrpcClient } from '../trpc/client.tsx';
import { failureOf } from '../trpc/failure.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Time } from '../ui/time.tsx';
import { callAuth } from './auth-calls.ts';
import { FormFailure } from './form-failure.tsx';
import { Notice } from './notice.tsx';
import { Panel } from './panel.tsx';
import { PasswordField } from './password-field.tsx';
import { useForm } from './use-form.ts';

type Trpc = ReturnType<typeof useTrpcClient>;
type Erasure = Awaited<ReturnType<Trpc['profile']['erase']['mutate']>>;

/** For good: what goes, what stays and why is said before; whoever does it shows the password once more. */
export function DeleteAccount({ email }: { email: string | undefined }) {
  const t = useTranslations('account.delete');
  const fields = useTranslations('account.fields');
  const trpc = useTrpcClient();
  const [erased, setErased] = useState<Erasure>();
  const form = useForm(async (values) => {
    const password = String(values.get('currentPassword') ?? '');
    const answer = await trpc.profile.erase.mutate({ password }).catch(failureOf);
    if ('reason' in answer) return answer;
    // Only the browser's cookie is left of the session.
    await callAuth('/sign-out', {});
    setErased(answer);
    return undefined;
  });
  if (erased) return <Deleted erased={erased} />;
  return (
    <Panel title={t('title')}>
      <p>{t('goes')}</p>
      <p>{t('stays')}</p>
      <p className="text-sm text-muted">
        {t.rich('underWay', {
          link: (text) => (
            <Link href="/orders" className="font-semibold text-pen underline underline-offset-4">
              {text}
            </Link>
          ),
        })}
      </p>
      <form {...form.props} className="flex flex-col gap-5">
        <input type="hidden" name="username" autoComplete="username" defaultValue={email} />
        <FormFailure failure={form.failure} />
        <PasswordField
          kind="current"
          name="currentPassword"
          label={fields('currentPassword')}
          error={form.errorOf('currentPassword')}
        />
        <label className="flex min-h-11 items-center gap-3">
          <input type="checkbox" name="sure" value="yes" required className="size-5 accent-pen" />
          {t('sure')}
        </label>
        <div>
          <Button type="submit" look="secondary" busy={form.pending ? t('deleting') : undefined}>
            {t('action')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function Deleted({ erased: { orders, kept } }: { erased: Erasure }) {
  const t = useTranslations('account.delete');
  return (
    <Panel title={t('title')}>
      <Notice>{t('done', { count: orders.length })}</Notice>
      {kept.length > 0 ? <p>{t('kept')}</p> : null}
      <ul>
        {kept.map(({ number, until }) => (
          <li key={number} className="flex flex-wrap justify-between gap-x-4">
            <span className="id">{number}</span>
            <span className="text-muted">{t.rich('until', { at: () => <Time at={until} as="longDate" /> })}</span>
          </li>
        ))}
      </ul>
      <div>
        <ButtonLink href="/">{t('shop')}</ButtonLink>
      </div>
    </Panel>
  );
}

'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import { callAuth } from './auth-calls.ts';
import { FormFailure } from './form-failure.tsx';
import { Notice } from './notice.tsx';
import { verifiedPath } from './paths.ts';
import { useForm } from './use-form.ts';

interface SignUpSentProps {
  /** Unknown where there was no JavaScript: an address does not belong into an address. */
  readonly email?: string | undefined;
  readonly next?: string | undefined;
  readonly onOther?: (() => void) | undefined;
}

/** What to do now. */
export function SignUpSent({ email, next, onOther }: SignUpSentProps) {
  const t = useTranslations('account.signUp.sent');
  const { mailboxUrl } = useShop();
  const [again, setAgain] = useState(false);
  const form = useForm(async () => {
    setAgain(false);
    const { failure } = await callAuth('/send-verification-email', { email, callbackURL: verifiedPath(next) });
    if (!failure) setAgain(true);
    return failure;
  });
  return (
    <div className="flex flex-col gap-5">
      <div role="status" className="flex flex-col gap-3">
        <h2 className="heading text-xl">{t('title')}</h2>
        <p>{email === undefined ? t('textWithout') : t('text', { email })}</p>
      </div>
      {mailboxUrl ? (
        <p>
          <a
            href={mailboxUrl}
            className="inline-flex min-h-11 items-center font-semibold text-pen underline underline-offset-4"
          >
            {t('mailbox')}
          </a>
        </p>
      ) : null}
      <p className="text-muted">{t('nothing')}</p>
      {email === undefined ? null : (
        <form {...form.props} className="flex flex-wrap items-center gap-3">
          <FormFailure failure={form.failure} />
          <Button type="submit" look="secondary" busy={form.pending ? t('again') : undefined}>
            {t('again')}
          </Button>
          {onOther ? (
            <Button look="quiet" onClick={onOther}>
              {t('other')}
            </Button>
          ) : null}
          {again ? <Notice>{t('sentAgain')}</Notice> : null}
        </form>
      )}
    </div>
  );
}

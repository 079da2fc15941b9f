'use client';

import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';

interface SignInDialogProps {
  readonly open: boolean;
  onOpenChange(open: boolean): void;
  readonly email: string;
  /** Why it is asked. */
  readonly text: string;
  /** Nothing was sent yet, so it may still become a guest's order. */
  readonly mayBeGuest: boolean;
  onSignedIn(): void;
  onGuest(): void;
}

/** Says again who orders, without leaving the page. */
export function SignInDialog({ open, onOpenChange, email, text, mayBeGuest, onSignedIn, onGuest }: SignInDialogProps) {
  const t = useTranslations('checkout.purchase.signIn');
  const [problem, setProblem] = useState<'wrong' | 'limited' | 'away'>();
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // A portal's events go on to the form that the dialog stands in.
    event.stopPropagation();
    const fields = new FormData(event.currentTarget);
    setIsBusy(true);
    const status = await post('/auth/sign-in/email', {
      email: String(fields.get('email')).trim(),
      password: String(fields.get('password')),
    });
    setIsBusy(false);
    if (status >= 200 && status < 300) return onSignedIn();
    setProblem(status === 429 ? 'limited' : status >= 400 && status < 500 ? 'wrong' : 'away');
  };
  const asGuest = async () => {
    // The browser must not go on showing a session that has ended.
    await post('/auth/sign-out', {});
    onGuest();
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('title')} description={text}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field name="email" type="email" label={t('email')} autoComplete="username" defaultValue={email} required />
        <Field
          name="password"
          type="password"
          label={t('password')}
          autoComplete="current-password"
          required
          error={problem && t(problem)}
        />
        <div className="flex flex-wrap gap-3">
          <Button type="submit" busy={isBusy ? t('busy') : undefined}>
            {t('submit')}
          </Button>
          {mayBeGuest ? (
            <Button look="secondary" onClick={() => void asGuest()}>
              {t('guest')}
            </Button>
          ) : null}
        </div>
      </form>
    </Dialog>
  );
}

/** @returns the status; 0: nobody answered */
async function post(path: string, body: unknown): Promise<number> {
  try {
    const { status } = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return status;
  } catch {
    return 0;
  }
}

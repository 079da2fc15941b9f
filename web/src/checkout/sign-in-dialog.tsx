'use client';

import { useTranslations } from 'next-intl';
import { callAuth } from '../account/auth-calls.ts';
import { SignInForm } from '../account/sign-in-form.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

interface SignInDialogProps {
  readonly open: boolean;
  onOpenChange(open: boolean): void;
  readonly email: string | undefined;
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
  const asGuest = async () => {
    // The browser must not go on showing a session that has ended.
    await callAuth('/sign-out', {});
    onGuest();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('title')}
      description={text}
      footer={
        mayBeGuest ? (
          <Button look="secondary" onClick={() => void asGuest()}>
            {t('guest')}
          </Button>
        ) : undefined
      }
    >
      <SignInForm email={email} onSignedIn={onSignedIn} />
    </Dialog>
  );
}

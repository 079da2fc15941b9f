import { useTranslations } from 'next-intl';
import { ButtonLink } from '../ui/button.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Perforation } from '../ui/sheet.tsx';
import { FormPage } from './form-page.tsx';
import type { Account } from './get-account.ts';
import type { Place } from './places.ts';
import { SignInForm } from './sign-in-form.tsx';

interface SignInFirstProps {
  readonly account: Exclude<Account, { state: 'in' }>;
  readonly place: Place;
}

/** A page for those who are signed in, seen by somebody who is not: the way in, right here. */
export function SignInFirst({ account, place }: SignInFirstProps) {
  const t = useTranslations('account.signedOut');
  if (account.state === 'unknown') return <ErrorPanel failure={account.failure} />;
  return (
    <FormPage title={t(`title.${place}`)}>
      {account.ended ? <p className="font-medium">{t('ended')}</p> : null}
      <SignInForm next={`/${place}`} />
      {place === 'orders' ? (
        <>
          <Perforation />
          <div className="flex flex-col items-start gap-3">
            <h2 className="heading text-lg">{t('guest')}</h2>
            <p className="text-muted">{t('guestText')}</p>
            <ButtonLink href="/track" look="secondary">
              {t('guestAction')}
            </ButtonLink>
          </div>
        </>
      ) : null}
    </FormPage>
  );
}

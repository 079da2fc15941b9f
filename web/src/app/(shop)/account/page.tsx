import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AccountFrame } from '#web/account/account-frame.tsx';
import { failureIn } from '#web/account/auth-failure.ts';
import { DeleteAccount } from '#web/account/delete-account.tsx';
import { FormFailure } from '#web/account/form-failure.tsx';
import { getAccount } from '#web/account/get-account.ts';
import { PasswordForm } from '#web/account/password-form.tsx';
import { ProfileForm } from '#web/account/profile-form.tsx';
import { SessionList } from '#web/account/session-list.tsx';
import { SignInFirst } from '#web/account/sign-in-first.tsx';
import { SignOutButton } from '#web/account/sign-out-button.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('account.frame'))('label') };
}

export default async function AccountRoute({ searchParams }: PageProps) {
  const [t, account, { failed }] = await Promise.all([getTranslations('account.frame'), getAccount(), searchParams]);
  if (account.state !== 'in') return <SignInFirst account={account} place="account" />;
  const { profile } = account;
  return (
    <AccountFrame profile={profile} place="account" title={t('label')} aside={<SignOutButton />}>
      <FormFailure failure={failureIn(failed)} />
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <div className="flex flex-col gap-6">
          <ProfileForm profile={profile} />
          <SessionList email={profile.email} />
        </div>
        <div className="flex flex-col gap-6">
          <PasswordForm email={profile.email} />
          {profile.role === 'customer' && profile.email !== undefined ? <DeleteAccount email={profile.email} /> : null}
        </div>
      </div>
      <noscript>
        <p className="mt-4 text-muted">{t('noScript')}</p>
      </noscript>
    </AccountFrame>
  );
}

interface PageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

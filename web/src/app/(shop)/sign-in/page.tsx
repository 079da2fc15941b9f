import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { failureIn } from '#web/account/auth-failure.ts';
import { FormPage } from '#web/account/form-page.tsx';
import { getAccount } from '#web/account/get-account.ts';
import { nextIn } from '#web/account/next-path.ts';
import { Notice } from '#web/account/notice.tsx';
import { SignInForm } from '#web/account/sign-in-form.tsx';
import { SignOutButton } from '#web/account/sign-out-button.tsx';
import { ButtonLink } from '#web/ui/button.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('account.signIn'))('title') };
}

/** Also where the link ends that confirms an address. */
export default async function SignIn({ searchParams }: PageProps) {
  const [t, account, address] = await Promise.all([getTranslations('account.signIn'), getAccount(), searchParams]);
  const next = nextIn(address.next);
  // better-auth says `error` when a link was no good.
  const failure = failureIn(address.error ?? address.failed);
  if (account.state === 'in' && !failure) {
    return (
      <FormPage title={t('title')}>
        <p className="text-lg">{t('already', { name: account.profile.name ?? account.profile.email ?? '' })}</p>
        <div className="flex flex-wrap gap-3">
          <ButtonLink href={next ?? '/account'}>{t('continue')}</ButtonLink>
          <SignOutButton />
        </div>
      </FormPage>
    );
  }
  return (
    <FormPage title={t('title')}>
      {address.verified && !failure ? <Notice>{t('verified')}</Notice> : null}
      <SignInForm next={next} failure={failure} />
    </FormPage>
  );
}

interface PageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

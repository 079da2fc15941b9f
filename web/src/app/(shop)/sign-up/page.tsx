import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { failureIn } from '#web/account/auth-failure.ts';
import { FormPage } from '#web/account/form-page.tsx';
import { nextIn } from '#web/account/next-path.ts';
import { SignUpForm } from '#web/account/sign-up-form.tsx';
import { SignUpSent } from '#web/account/sign-up-sent.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('account.signUp'))('title') };
}

export default async function SignUp({ searchParams }: PageProps) {
  const [t, address] = await Promise.all([getTranslations('account.signUp'), searchParams]);
  const next = nextIn(address.next);
  return (
    <FormPage title={t('title')}>
      {address.sent ? <SignUpSent /> : <SignUpForm next={next} failure={failureIn(address.failed)} />}
    </FormPage>
  );
}

interface PageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

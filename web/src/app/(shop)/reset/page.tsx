import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { failureIn } from '#web/account/auth-failure.ts';
import { FormPage } from '#web/account/form-page.tsx';
import { ResetForms } from '#web/account/reset-forms.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('account.reset'))('title') };
}

export default async function Reset({ searchParams }: PageProps) {
  const [t, address] = await Promise.all([getTranslations('account.reset'), searchParams]);
  return (
    <FormPage title={t('title')}>
      <ResetForms failure={failureIn(address.failed)} sent={address.sent !== undefined} />
    </FormPage>
  );
}

interface PageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

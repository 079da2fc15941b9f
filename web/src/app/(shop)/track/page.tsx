import type { Metadata } from 'next';
import Link from 'next/link';
import { getTranslations } from 'next-intl/server';
import { failureIn } from '#web/account/auth-failure.ts';
import { FormPage } from '#web/account/form-page.tsx';
import { TrackForm } from '#web/account/track-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('order.track'))('title') };
}

export default async function Track({ searchParams }: PageProps) {
  const [about, t, address] = await Promise.all([
    getTranslations('order.track'),
    getTranslations('account.track'),
    searchParams,
  ]);
  const { order, failed, sent } = address;
  return (
    <FormPage title={about('title')}>
      <p className="text-muted">{about('text')}</p>
      <TrackForm
        number={typeof order === 'string' ? order.slice(0, 40) : undefined}
        failure={failureIn(failed)}
        sent={sent !== undefined}
      />
      <p>
        {t('account')}{' '}
        <Link href="/orders" className="inline-flex min-h-11 items-center text-pen underline underline-offset-4">
          {t('accountAction')}
        </Link>
      </p>
    </FormPage>
  );
}

interface PageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

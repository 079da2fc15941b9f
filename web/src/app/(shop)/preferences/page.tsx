import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { CustomerPage } from '#web/account/customer-page.tsx';
import { PreferencesForm } from '#web/account/preferences-form.tsx';
import { prefetch, serverTrpc } from '#web/trpc/server.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('account.preferences'))('title') };
}

export default function PreferencesRoute() {
  return (
    <CustomerPage place="preferences" load={() => prefetch(serverTrpc().profile.preferences.get.queryOptions())}>
      <PreferencesForm />
    </CustomerPage>
  );
}

import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AddressBook } from '#web/account/address-book.tsx';
import { CustomerPage } from '#web/account/customer-page.tsx';
import { prefetch, serverTrpc } from '#web/trpc/server.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('account.addresses'))('title') };
}

export default function Addresses() {
  return (
    <CustomerPage place="addresses" load={() => prefetch(serverTrpc().profile.addresses.list.queryOptions())}>
      <AddressBook />
    </CustomerPage>
  );
}

import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { getAccount } from '#web/account/get-account.ts';
import { GuestToken } from '#web/orders/guest-link.tsx';
import { hasDocuments } from '#web/orders/headline.ts';
import { OrderPage } from '#web/orders/order-page.tsx';
import { failureOf } from '#web/trpc/failure.ts';
import { Hydrate } from '#web/trpc/hydrate.tsx';
import { fetchQuery, prefetch, serverTrpc } from '#web/trpc/server.ts';
import { ErrorPanel } from '#web/ui/error-panel.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('order');
  return { title: t('title'), robots: { index: false } };
}

export default async function OrderRoute({ params }: { params: Promise<{ id: string }> }) {
  const orderId = (await params).id.toLowerCase();
  const account = getAccount();
  const failure = await load(orderId);
  if (failure) {
    // Whose order it is, or whether there is one, is nobody else's business.
    if (!failure.transient && failure.reason !== 'ORDER_UNREADABLE') notFound();
    return <ErrorPanel failure={failure} />;
  }
  return (
    <Hydrate>
      <GuestToken />
      <OrderPage orderId={orderId} signedIn={(await account).state !== 'out'} />
    </Hydrate>
  );
}

async function load(orderId: string) {
  const trpc = serverTrpc();
  try {
    const timeline = prefetch(trpc.orders.timeline.queryOptions({ orderId }));
    const order = await fetchQuery(trpc.orders.get.queryOptions({ orderId }));
    if (hasDocuments(order)) await prefetch(trpc.orders.invoice.queryOptions({ orderId }));
    return await timeline;
  } catch (error) {
    return failureOf(error);
  }
}

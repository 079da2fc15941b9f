import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import type { SearchParams } from 'nuqs/server';
import { ClaimOrders } from '#web/account/claim-orders.tsx';
import { CustomerPage } from '#web/account/customer-page.tsx';
import { getAccount } from '#web/account/get-account.ts';
import { OrderList } from '#web/account/order-list.tsx';
import { orderPages } from '#web/account/order-pages.ts';
import { cursorIn, loadOrderParams, orderListInput } from '#web/account/order-params.ts';
import { prefetch, serverCalls } from '#web/trpc/server.ts';
import { getShop, isShop } from '#web/visitor/shop.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('account.orders'))('title') };
}

export default async function Orders({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [account, shop, params] = await Promise.all([getAccount(), getShop(), loadOrderParams(searchParams)]);
  if (!isShop(shop)) return null;
  const email = account.state === 'in' && account.profile.emailVerified ? account.profile.email : undefined;
  const load = () => prefetch(orderPages(serverCalls(), orderListInput(params, shop.timeZone), cursorIn(params)));
  return (
    <CustomerPage place="orders" load={load}>
      <OrderList />
      {email === undefined ? null : (
        <div className="mt-8 max-w-2xl">
          <ClaimOrders email={email} />
        </div>
      )}
    </CustomerPage>
  );
}

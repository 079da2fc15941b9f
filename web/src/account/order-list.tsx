'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { failureOf } from '../trpc/failure.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { OrderFilters } from './order-filters.tsx';
import { isFiltered } from './order-params.ts';
import { OrderRow } from './order-row.tsx';
import { useOrders } from './use-orders.ts';

/** A customer's orders, the latest first. */
export function OrderList() {
  const t = useTranslations('account.orders');
  const { params, query, change, reset } = useOrders();
  const orders = query.data?.pages.flatMap((page) => page.orders) ?? [];
  const unreadable = query.data?.pages.reduce((sum, page) => sum + page.unreadable.length, 0) ?? 0;
  const away = [...new Set(query.data?.pages.flatMap((page) => page.regionsAway ?? []))];
  const filtered = isFiltered(params);
  return (
    <div className="flex flex-col gap-6">
      {filtered || orders.length > 0 ? <OrderFilters params={params} onChange={change} onReset={reset} /> : null}
      {unreadable > 0 ? <Missing>{t('unreadable', { count: unreadable })}</Missing> : null}
      {away.length > 0 ? (
        <Missing>
          {t.rich('regionsAway', { regions: () => <bdi className="whitespace-nowrap">{away.join(', ')}</bdi> })}
        </Missing>
      ) : null}
      <div aria-busy={query.isPlaceholderData} className="aria-busy:opacity-70">
        {query.isError && orders.length === 0 ? (
          <ErrorPanel failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
        ) : !query.data ? (
          <Skeleton className="h-96" />
        ) : orders.length > 0 ? (
          <Sheet torn copies>
            <ul className="divide-y divide-hairline">
              {orders.map((order) => (
                <OrderRow key={order.id} order={order} />
              ))}
            </ul>
          </Sheet>
        ) : filtered ? (
          <EmptyState title={t('nothing.title')} action={<Button onClick={reset}>{t('nothing.action')}</Button>}>
            {t('nothing.text')}
          </EmptyState>
        ) : unreadable === 0 && away.length === 0 ? (
          <EmptyState title={t('empty.title')} action={<ButtonLink href="/">{t('empty.action')}</ButtonLink>}>
            {t('empty.text')}
          </EmptyState>
        ) : null}
      </div>
      <More query={query} />
    </div>
  );
}

/** The list is not all that there is. */
const Missing = ({ children }: { children: ReactNode }) => (
  <p role="alert" className="border border-l-4 border-wrong bg-wrong-ground px-4 py-3 font-medium">
    {children}
  </p>
);

function More({ query }: { query: ReturnType<typeof useOrders>['query'] }) {
  const t = useTranslations('account.orders');
  const next = query.data?.pages.at(-1)?.nextCursor;
  if (!query.hasNextPage || next === undefined) return null;
  return (
    <div className="flex justify-center">
      <Button
        look="secondary"
        busy={query.isFetchingNextPage ? t('loading') : undefined}
        onClick={() => void query.fetchNextPage()}
      >
        {t('next')}
      </Button>
      <noscript>
        <Link href={`/orders?cursor=${encodeURIComponent(next)}`} className="p-3 underline">
          {t('next')}
        </Link>
      </noscript>
    </div>
  );
}

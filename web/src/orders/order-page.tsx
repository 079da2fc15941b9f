'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { failureOf } from '../trpc/failure.ts';
import { ButtonLink } from '../ui/button.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Box, Perforation, Sheet } from '../ui/sheet.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Time } from '../ui/time.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import { BuyAgain } from './buy-again.tsx';
import { CancelOrder } from './cancel-order.tsx';
import { EmailProblem } from './change-email.tsx';
import { Copies } from './copies.tsx';
import { Documents } from './documents.tsx';
import { headlineOf } from './headline.ts';
import { Hold } from './hold.tsx';
import { MoneyBox } from './money-box.tsx';
import { OrderAddress } from './order-address.tsx';
import { OrderLines } from './order-lines.tsx';
import { Parcels } from './parcels.tsx';
import { PaymentDue } from './payment-due.tsx';
import { Returns } from './returns.tsx';
import { Shortage } from './shortage.tsx';
import { OrderTimeline } from './timeline.tsx';
import type { Order, TimelineEntry } from './types.ts';
import { useLiveOrder } from './use-live-order.ts';

/** Confirmation and follow-up in one: safe to open again, live while it is looked at. */
export function OrderPage({ orderId, signedIn }: { orderId: string; signedIn: boolean }) {
  const t = useTranslations('order');
  const { order, entries, stream } = useLiveOrder(orderId);
  const { data } = order;
  if (!data) {
    return order.isError ? (
      <ErrorPanel failure={failureOf(order.error)} onRetry={() => void order.refetch()} />
    ) : (
      <OrderSkeleton />
    );
  }
  const isGone = order.isError && !failureOf(order.error).transient;
  return (
    <>
      {isGone ? (
        <div className="mb-6">
          <ErrorPanel
            failure={failureOf(order.error)}
            action={<ButtonLink href={`/sign-in?next=/orders/${orderId}`}>{t('signInAgain')}</ButtonLink>}
          />
        </div>
      ) : null}
      <Shown
        order={data}
        entries={entries}
        signedIn={signedIn}
        lostAt={stream === 'lost' ? new Date(order.dataUpdatedAt).toISOString() : undefined}
        onDoubt={() => void order.refetch()}
      />
    </>
  );
}

interface ShownProps {
  readonly order: Order;
  readonly entries: readonly TimelineEntry[];
  readonly signedIn: boolean;
  readonly lostAt: string | undefined;
  onDoubt(): void;
}

function Shown({ order, entries, signedIn, lostAt, onDoubt }: ShownProps) {
  const t = useTranslations('order');
  const { seller } = useShop();
  const headline = headlineOf(order);
  return (
    <>
      <noscript>
        <style>{'.needs-script{display:none}'}</style>
      </noscript>
      <Headline key="headline" headline={headline} order={order} />
      <div role="status" className="empty:hidden">
        {lostAt === undefined ? null : (
          <p className="mb-4 border-l-4 border-wrong bg-wrong-ground px-4 py-2 text-sm font-medium">
            {t.rich('lost', { at: () => <Time at={lostAt} as="time" /> })}
          </p>
        )}
      </div>
      <PaymentDue order={order} onDoubt={onDoubt} />
      <EmailProblem order={order} />
      <Shortage order={order} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem] lg:grid-rows-[auto_1fr] lg:gap-x-8">
        <div className="flex min-w-0 flex-col gap-6">
          <Sheet copies torn>
            <dl className="grid grid-cols-2 max-sm:[&>*:nth-child(-n+2)]:border-b max-sm:[&>*]:border-hairline sm:grid-cols-[auto_1fr_1fr_1fr] sm:divide-x sm:divide-hairline">
              <Box label={t('number')}>
                <span className="id text-lg font-semibold select-all" data-testid="order-number">
                  {order.number}
                </span>
              </Box>
              <Box label={t('placed')}>
                <Time at={order.placedAt} />
              </Box>
              <Box label={t('from')}>{seller.name}</Box>
              <Box label={t('service')}>{t(`methods.${order.shippingMethod}`)}</Box>
            </dl>
            <Perforation />
            <Copies order={order} entries={entries} />
          </Sheet>
          <Hold order={order} onEnd={onDoubt} />
          <Parcels order={order} />
          <OrderLines order={order} />
          <Returns order={order} />
        </div>
        <div className="flex min-w-0 flex-col gap-6 lg:row-span-2">
          <MoneyBox order={order} />
          <CancelOrder order={order} onDoubt={onDoubt} />
          {order.erased ? null : (
            <>
              <OrderAddress order={order} signedIn={signedIn} />
              <Documents order={order} />
            </>
          )}
          <div className="needs-script">
            <BuyAgain order={order} />
          </div>
        </div>
        <OrderTimeline entries={entries} />
      </div>
    </>
  );
}

/** Says again what has changed to those who don't see it. */
function Headline({ headline, order }: { headline: ReturnType<typeof headlineOf>; order: Order }) {
  const t = useTranslations('order');
  const ref = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // Whoever comes from Pay lands on the confirmation.
    if (first.current && document.activeElement === document.body) ref.current?.focus();
    first.current = false;
  }, []);
  return (
    <div className="mb-6 max-w-3xl" role="status">
      <h1 ref={ref} tabIndex={-1} className="heading text-3xl outline-none sm:text-5xl" data-testid="order-headline">
        {t(`headlines.${headline}.title`)}
      </h1>
      <p className="mt-3 text-lg text-muted">
        {t.rich(`headlines.${headline}.text`, {
          email: () => <bdi className="font-semibold text-ink">{order.contact.email}</bdi>,
          at: () => (order.erased ? <Time at={order.erased.at} as="longDate" /> : null),
        })}
      </p>
    </div>
  );
}

export const OrderSkeleton = () => (
  <div className="flex flex-col gap-6">
    <Skeleton className="h-24 max-w-2xl" />
    <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_22rem] lg:gap-8">
      <Skeleton className="h-96" />
      <Skeleton className="h-72" />
    </div>
  </div>
);

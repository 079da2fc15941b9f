'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { BuyAgain } from '../orders/buy-again.tsx';
import { useOrderStream } from '../orders/order-stream.tsx';
import { LinkPending } from '../ui/link-pending.tsx';
import { Money } from '../ui/money.tsx';
import { Time } from '../ui/time.tsx';
import { isOpen } from './order-params.ts';
import { OrderStatus } from './order-status.tsx';
import type { Order } from './types.ts';

const SHOWN_LINES = 3;

/** Keeps an order that still changes as it is. */
function Live({ orderId }: { orderId: string }) {
  useOrderStream(orderId);
  return null;
}

/** An order as one line of a list: its number, what and how much, and where it is. */
export function OrderRow({ order }: { order: Order }) {
  const t = useTranslations('account.orders');
  const { id, number, placedAt, total, lines } = order;
  const shown = lines.length > SHOWN_LINES + 1 ? lines.slice(0, SHOWN_LINES) : lines;
  const more = lines.length - shown.length;
  return (
    <li className="grid gap-x-6 gap-y-3 px-4 py-4 sm:grid-cols-[10rem_minmax(0,1fr)_auto] sm:px-6">
      <div className="flex flex-wrap items-start justify-between gap-2 sm:flex-col sm:justify-start">
        <h2>
          <Link
            href={`/orders/${id}`}
            prefetch={false}
            aria-label={t('order', { number })}
            className="id relative inline-flex min-h-8 items-center text-base font-semibold text-pen underline underline-offset-4"
          >
            {number}
            <LinkPending />
          </Link>
        </h2>
        <OrderStatus order={order} />
        {isOpen(order.status) ? <Live orderId={id} /> : null}
      </div>
      <div className="min-w-0">
        <ul>
          {shown.map(({ sku, quantity, name }) => (
            <li key={sku} className="leading-snug">
              <bdi>{t('line', { quantity, name })}</bdi>
            </li>
          ))}
          {more > 0 ? <li className="text-muted">{t('more', { count: more })}</li> : null}
        </ul>
        <p className="mt-1 text-sm text-muted">
          {t('placed')} <Time at={placedAt} as="longDate" />
        </p>
      </div>
      <div className="flex items-center justify-between gap-4 sm:flex-col sm:items-end sm:justify-between">
        <p>
          <span className="label mr-2 text-muted">{t('total')}</span>
          <Money value={total} className="font-semibold" />
        </p>
        <BuyAgain order={order} />
      </div>
    </li>
  );
}

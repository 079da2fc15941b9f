'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTrpc } from '../trpc/client.tsx';
import { hasDocuments, isOver } from './headline.ts';
import { OrderPanel } from './panel.tsx';
import type { Order } from './types.ts';

/** The links are good for an hour. */
const LINKS_STALE_MS = 50 * 60_000;

export function Documents({ order }: { order: Order }) {
  const t = useTranslations('order.documents');
  const trpc = useTrpc();
  const isThere = hasDocuments(order);
  const { data, isError } = useQuery({
    ...trpc.orders.invoice.queryOptions({ orderId: order.id }),
    enabled: isThere,
    staleTime: LINKS_STALE_MS,
    refetchInterval: LINKS_STALE_MS,
  });
  const issued = order.refunds.filter(({ status }) => status === 'succeeded').length;
  const isBehind = isThere && data !== undefined && data.creditNotes.length < issued;
  useQuery({
    ...trpc.orders.invoice.queryOptions({ orderId: order.id }),
    enabled: isBehind,
    refetchInterval: isBehind ? 3_000 : false,
  });
  if (isOver(order) && !isThere) return null;
  return (
    <OrderPanel title={t('title')}>
      {isThere && data ? (
        <ul>
          <DocumentLink url={data.url} label={t('invoice')} number={data.number} />
          {data.creditNotes.map(({ refundId, url, number }) => (
            <DocumentLink key={refundId} url={url} label={t('creditNote')} number={number} />
          ))}
        </ul>
      ) : (
        <p className="text-sm text-muted">{isError ? t('later') : isThere ? '…' : t('notYet')}</p>
      )}
    </OrderPanel>
  );
}

function DocumentLink({ url, label, number }: { url: string; label: string; number: string }) {
  // The gateway names itself; our server leads there under our own name.
  const { pathname, search } = new URL(url);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4">
      <a
        href={`${pathname}${search}`}
        target="_blank"
        rel="noreferrer"
        className="inline-flex min-h-11 items-center font-semibold text-pen underline underline-offset-4"
      >
        {label} (PDF)
      </a>
      <span className="id text-muted">{number}</span>
    </li>
  );
}

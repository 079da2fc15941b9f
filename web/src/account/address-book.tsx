'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import { useTrpc } from '../trpc/client.tsx';
import { failureOf } from '../trpc/failure.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { AddressCard } from './address-card.tsx';
import { AddressForm } from './address-form.tsx';
import { Notice } from './notice.tsx';

/** As many as the gateway keeps. */
const MAX_ADDRESSES = 20;
const NEW = 'new';

/** Where a customer wants things sent; the default one comes first and is filled in at the checkout. */
export function AddressBook() {
  const t = useTranslations('account.addresses');
  const trpc = useTrpc();
  const query = useQuery(trpc.profile.addresses.list.queryOptions());
  /** Of the address whose form is open, or of a new one. */
  const [editing, setEditing] = useState<string>();
  const [news, setNews] = useState<'saved' | 'removed'>();
  const top = useRef<HTMLDivElement>(null);
  if (!query.data) {
    if (query.error) return <ErrorPanel failure={failureOf(query.error)} onRetry={() => void query.refetch()} />;
    return <Skeleton className="h-64" />;
  }
  const { addresses } = query.data;
  const edit = (what: string) => {
    setNews(undefined);
    setEditing(what);
  };
  const done = (saved: boolean) => {
    setEditing(undefined);
    setNews(saved ? 'saved' : undefined);
    // What had the focus is gone.
    top.current?.focus();
  };
  const full = addresses.length >= MAX_ADDRESSES;
  return (
    <div ref={top} tabIndex={-1} className="flex flex-col gap-6 outline-none">
      {news ? <Notice>{t(news)}</Notice> : null}
      {editing === NEW ? (
        <div className="max-w-2xl">
          <AddressForm saved={undefined} onDone={done} />
        </div>
      ) : addresses.length === 0 ? (
        <EmptyState title={t('empty.title')} action={<Button onClick={() => edit(NEW)}>{t('add')}</Button>}>
          {t('empty.text')}
        </EmptyState>
      ) : full ? (
        <p className="text-muted">{t('full', { max: MAX_ADDRESSES })}</p>
      ) : (
        <div>
          <Button onClick={() => edit(NEW)}>{t('add')}</Button>
        </div>
      )}
      <ul className="grid grid-cols-1 items-start gap-6 md:grid-cols-2 xl:grid-cols-3">
        {addresses.map((saved) => (
          <li key={saved.addressId} className={editing === saved.addressId ? 'md:col-span-2' : undefined}>
            {editing === saved.addressId ? (
              <AddressForm saved={saved} onDone={done} />
            ) : (
              <AddressCard
                saved={saved}
                onEdit={() => edit(saved.addressId)}
                onRemoved={() => {
                  setNews('removed');
                  top.current?.focus();
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

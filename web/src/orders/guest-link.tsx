'use client';

import { useParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { OrderSkeleton } from './order-page.tsx';

const TOKEN = /^#token=([\w.~-]+)$/;

/**
 * A mail's link carries a guest's token behind the `#`, which no server's log sees. It is changed for a cookie that no
 * script reads, and taken out of the address.
 * @returns `opened`: the cookie is there; `refused`: the link is none, or not any more
 */
async function openLink(token: string): Promise<'opened' | 'refused' | 'away'> {
  try {
    const { status } = await fetch('/auth/guest', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (status >= 200 && status < 300) return 'opened';
    return status >= 400 && status < 500 && status !== 429 ? 'refused' : 'away';
  } catch {
    return 'away';
  }
}

function takeToken(): string | undefined {
  const token = TOKEN.exec(location.hash)?.[1];
  if (token !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}

/** On the page of an order that is shown already: the token does not stay in the address. */
export function GuestToken() {
  useEffect(() => {
    const token = takeToken();
    if (token !== undefined) void openLink(token);
  }, []);
  return null;
}

/** Where an order is not for whoever asks: a guest with a good link gets in; others are told how. */
export function OrderForOthers() {
  const t = useTranslations('order.notFound');
  const { id } = useParams<{ id: string }>();
  const [state, setState] = useState<'none' | 'opening' | 'refused' | 'away'>('none');
  const begun = useRef(false);
  useEffect(() => {
    const open = async () => {
      const token = takeToken();
      if (token === undefined) return;
      setState('opening');
      const result = await openLink(token);
      if (result === 'opened') return location.reload();
      setState(result);
    };
    if (!begun.current) void open();
    begun.current = true;
    addEventListener('hashchange', open);
    return () => removeEventListener('hashchange', open);
  }, []);
  if (state === 'opening') {
    return (
      <div role="status" aria-label={t('opening')}>
        <OrderSkeleton />
      </div>
    );
  }
  const text = state === 'none' ? 'text' : state;
  return (
    <EmptyState
      isPage
      title={t(state === 'none' ? 'title' : `${state}Title`)}
      action={
        <>
          <ButtonLink href="/track">{t('track')}</ButtonLink>
          <ButtonLink href={`/sign-in?next=/orders/${encodeURIComponent(id)}`} look="secondary">
            {t('signIn')}
          </ButtonLink>
        </>
      }
    >
      {t(text)}
    </EmptyState>
  );
}

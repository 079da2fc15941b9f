'use client';

import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Failure } from '../trpc/failure.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import type { Purchase } from './use-purchase.ts';

interface PanelProps {
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly wrong?: boolean;
}

/** What became of Pay. It takes the focus, so that nobody has to look for it. */
function Panel({ title, children, actions, wrong }: PanelProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <div
      ref={ref}
      role={wrong ? 'alert' : 'status'}
      tabIndex={-1}
      className={`border-l-4 px-4 py-3 outline-none ${wrong ? 'border-wrong bg-wrong-ground' : 'border-pen bg-tile'}`}
    >
      <p className="font-semibold">{title}</p>
      <div className="text-sm">{children}</div>
      {actions ? <div className="mt-3 flex flex-wrap gap-2">{actions}</div> : null}
    </div>
  );
}

interface PurchasePanelProps {
  readonly purchase: Purchase;
  /** The name of an order's line, for a refusal that is about it. */
  nameOf(field: string | undefined): string;
  onAgain(): void;
  onRelease(): void;
  onSignIn(): void;
}

export function PurchasePanel({ purchase, nameOf, onAgain, onRelease, onSignIn }: PurchasePanelProps) {
  const t = useTranslations('checkout.purchase');
  switch (purchase.phase) {
    case 'editing':
      return purchase.failure ? <Refused failure={purchase.failure} nameOf={nameOf} /> : null;
    case 'sending':
      return (
        <p role="status" className="text-sm text-muted">
          {t('sending.text')}
        </p>
      );
    case 'unknown':
      return (
        <Panel
          title={t('unknown.title')}
          actions={
            <>
              <Button look="secondary" onClick={onAgain}>
                {t('unknown.again')}
              </Button>
              <Button look="quiet" onClick={onRelease}>
                {t('unknown.change')}
              </Button>
            </>
          }
        >
          {t('unknown.text')}
        </Panel>
      );
    case 'sign-in':
      return (
        <Panel wrong title={t('signIn.title')} actions={<Button onClick={onSignIn}>{t('signIn.open')}</Button>}>
          {purchase.other ? t('signIn.other') : t('signIn.text')}
        </Panel>
      );
    case 'placed':
      return (
        <Panel
          title={t('placed.title')}
          actions={<ButtonLink href={`/orders/${purchase.id}`}>{t('placed.open')}</ButtonLink>}
        >
          {t('placed.text')}
        </Panel>
      );
    default:
      return purchase satisfies never;
  }
}

const OWN_TEXTS = [
  'OUT_OF_DATE_PRICE',
  'UNKNOWN_SKU',
  'UNSUPPORTED_COUNTRY',
  'TOO_MUCH_UNPAID',
  'INVALID_INPUT',
  'IDEMPOTENCY_MISMATCH',
  'BROKER_UNAVAILABLE',
  'FORBIDDEN',
  'GATEWAY_UNAVAILABLE',
] as const satisfies readonly Failure['reason'][];

function textOf({ reason, field }: Failure) {
  if (reason === 'RATE_LIMITED') {
    if (field === undefined) return 'RATE_LIMITED';
    return field.startsWith('contact') ? 'RATE_LIMITED_contact' : 'RATE_LIMITED_card';
  }
  if (reason === 'INVALID_INPUT' && field === 'paymentMethod') return 'paymentMethod';
  if (reason === 'STORE_UNAVAILABLE' || reason === 'REGION_UNAVAILABLE') return 'GATEWAY_UNAVAILABLE';
  return OWN_TEXTS.find((known) => known === reason) ?? 'INTERNAL';
}

function Refused({ failure, nameOf }: { failure: Failure; nameOf(field: string | undefined): string }) {
  const t = useTranslations('checkout.purchase');
  const text = textOf(failure);
  const minutes = Math.max(1, Math.ceil((failure.retryAfterSeconds ?? 60) / 60));
  return (
    <Panel
      wrong
      title={t(`refused.${text}.title`)}
      actions={
        failure.reason === 'IDEMPOTENCY_MISMATCH' ? (
          <ButtonLink href="/track" look="secondary">
            {t('track')}
          </ButtonLink>
        ) : undefined
      }
    >
      <p>{t(`refused.${text}.action`, { minutes, line: nameOf(failure.field) })}</p>
      {failure.reason === 'IDEMPOTENCY_MISMATCH' ? null : <p className="mt-1">{t('nothing')}</p>}
    </Panel>
  );
}

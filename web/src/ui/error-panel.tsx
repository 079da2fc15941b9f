'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useTransition } from 'react';
import type { Failure, FailureReason } from '../trpc/failure.ts';
import { Button, ButtonLink } from './button.tsx';
import { Sheet } from './sheet.tsx';

const AGAIN_EVERY_MS = 5_000;

/** Texts of their own; every other reason is one that a customer can do nothing about but try again. */
const TEXTS = [
  'GATEWAY_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'REGION_UNAVAILABLE',
  'BROKER_UNAVAILABLE',
  'PROVIDER_UNAVAILABLE',
  'RATE_LIMITED',
  'UNKNOWN_PRODUCT',
  'UNSUPPORTED_COUNTRY',
  'ORDER_NOT_FOUND',
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'INVALID_INPUT',
] as const satisfies readonly FailureReason[];

const textOf = (reason: FailureReason) => TEXTS.find((known) => known === reason) ?? 'INTERNAL';

interface ErrorPanelProps {
  readonly failure: Failure;
  /** Unless told otherwise the whole page is asked for again. */
  readonly onRetry?: () => void;
  readonly action?: ReactNode;
}

/** What happened and what to do. What may pass by itself is tried again by itself, with what was typed still there. */
export function ErrorPanel({ failure, onRetry, action }: ErrorPanelProps) {
  const t = useTranslations('shell.failure');
  const router = useRouter();
  const [pending, start] = useTransition();
  const retry = () => start(() => (onRetry ? onRetry() : router.refresh()));
  const { reason, transient, retryAfterSeconds } = failure;
  const text = textOf(reason);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one clock for as long as the failure lasts
  useEffect(() => {
    if (!transient) return;
    const clock = setInterval(retry, Math.max(AGAIN_EVERY_MS, (retryAfterSeconds ?? 0) * 1_000));
    return () => clearInterval(clock);
  }, [transient, retryAfterSeconds]);
  return (
    <Sheet className="border-l-4 border-l-wrong">
      <div role="alert" className="flex flex-col items-start gap-3 px-6 py-8">
        <p className="id text-muted">{reason}</p>
        <h2 className="heading text-xl">{t(`${text}.title`)}</h2>
        <p className="max-w-[60ch] text-muted">{t(`${text}.action`)}</p>
        <div className="mt-2 flex flex-wrap gap-3">
          {transient || text === 'INTERNAL' ? (
            <Button look="secondary" onClick={retry} busy={pending ? t('trying') : undefined}>
              {t('again')}
            </Button>
          ) : (
            <ButtonLink href="/" look="secondary">
              {t('home')}
            </ButtonLink>
          )}
          {action}
        </div>
      </div>
    </Sheet>
  );
}

'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { useTrpc } from '../trpc/client.tsx';
import { failureOf } from '../trpc/failure.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { useShop } from '../visitor/shop-context.tsx';

interface ChallengeProps {
  readonly orderId: string;
  onClose(): void;
  /** The provider has an answer; the order will say which. */
  onAnswered(): void;
}

/** The bank's question (3-D Secure). Once it is answered the order changes, and whoever shows this takes it away. */
export function Challenge({ orderId, onClose, onAnswered }: ChallengeProps) {
  const t = useTranslations('order.challenge');
  const trpc = useTrpc();
  const { payment } = useShop();
  const { data, error, refetch } = useQuery({
    ...trpc.orders.paymentChallenge.queryOptions({ orderId }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const failure = error ? failureOf(error) : undefined;
  const isPast = failure?.reason === 'NO_CHALLENGE_DUE';
  useEffect(() => {
    if (isPast) onAnswered();
  }, [isPast, onAnswered]);
  if (payment.kind === 'stripe' && data) {
    return (
      <StripeChallenge
        {...{ onClose, onAnswered }}
        publishableKey={payment.publishableKey}
        secret={data.clientSecret}
      />
    );
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('title')} description={t('text')}>
      {data?.url ? (
        <iframe
          src={data.url}
          title={t('frame')}
          className="h-[26rem] w-full border border-hairline bg-[white]"
          // Its page posts to itself and shows what came of it.
          sandbox="allow-forms allow-scripts allow-same-origin"
        />
      ) : failure && !isPast ? (
        <ErrorPanel failure={failure} onRetry={() => void refetch()} />
      ) : data ? (
        <p>{t('elsewhere')}</p>
      ) : (
        <Skeleton className="h-[26rem]" />
      )}
    </Dialog>
  );
}

interface StripeChallengeProps {
  readonly publishableKey: string;
  readonly secret: string;
  onClose(): void;
  onAnswered(): void;
}

/** Stripe.js brings a dialog of its own. */
function StripeChallenge({ publishableKey, secret, onClose, onAnswered }: StripeChallengeProps) {
  const t = useTranslations('order.challenge');
  const begun = useRef(false);
  const [problem, setProblem] = useState(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void import('@stripe/stripe-js')
      .then(({ loadStripe }) => loadStripe(publishableKey))
      .then((stripe) => stripe?.handleNextAction({ clientSecret: secret }))
      .then(() => {
        onAnswered();
        onClose();
      })
      .catch(() => setProblem(true));
  }, [publishableKey, secret, onAnswered, onClose]);
  return problem ? (
    <p role="alert" className="font-medium text-wrong">
      {t('unavailable')}
    </p>
  ) : null;
}

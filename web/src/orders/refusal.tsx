'use client';

import { useTranslations } from 'next-intl';
import type { Failure } from '../trpc/failure.ts';

const OWN = [
  'TOO_LATE_TO_CANCEL',
  'ALREADY_ENDED',
  'TOO_LATE_TO_EDIT',
  'NOT_EDITABLE_YET',
  'EDIT_UNDER_WAY',
  'TOTAL_WOULD_RISE',
  'PAYMENT_NOT_DUE',
  'TOO_LATE_TO_PAY',
  'NO_ATTEMPTS_LEFT',
  'NO_CHALLENGE_DUE',
  'NOT_RETURNABLE',
  'EMAIL_ARRIVES',
  'TOO_MANY_CHANGES',
  'ORDER_ERASED',
  'RATE_LIMITED',
  'UNAUTHENTICATED',
  'ORDER_NOT_FOUND',
  'INVALID_INPUT',
  'GATEWAY_UNAVAILABLE',
] as const satisfies readonly Failure['reason'][];

/** Why it was not done, and what to do. */
export function Refusal({ failure }: { failure: Failure | undefined }) {
  const t = useTranslations('order.refusals');
  const minutes = Math.max(1, Math.ceil((failure?.retryAfterSeconds ?? 60) / 60));
  const text = failure?.transient && failure.reason !== 'RATE_LIMITED' ? 'GATEWAY_UNAVAILABLE' : failure?.reason;
  return (
    <p role="alert" className="border-l-4 border-wrong bg-wrong-ground px-3 py-2 text-sm font-medium empty:hidden">
      {failure ? t(OWN.find((known) => known === text) ?? 'INTERNAL', { minutes }) : null}
    </p>
  );
}

import { useTranslations } from 'next-intl';
import type { AuthFailure } from './auth-failure.ts';

/** Reasons with words of their own; any other is one that its sender can do nothing about but try again. */
const TEXTS = [
  'INVALID_EMAIL_OR_PASSWORD',
  'INVALID_PASSWORD',
  'INVALID_TOKEN',
  'INVALID_USER',
  'USER_NOT_FOUND',
  'TOKEN_EXPIRED',
  'SESSION_NOT_FRESH',
  'UNAUTHENTICATED',
  'INVALID_INPUT',
  'RATE_LIMITED',
  'GATEWAY_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'PROVIDER_UNAVAILABLE',
  'EMAIL_NOT_VERIFIED',
  'TOO_MANY_ADDRESSES',
  'ADDRESS_NOT_FOUND',
  'CONFLICT',
  'WRONG_PASSWORD',
  'ORDERS_UNDER_WAY',
  'CSRF',
] as const satisfies readonly AuthFailure['reason'][];

/** Why a form was not taken, and what to do. What was typed is still in it. */
export function FormFailure({ failure }: { failure: AuthFailure | undefined }) {
  const t = useTranslations('account.failures');
  if (!failure) return null;
  const text = TEXTS.find((known) => known === failure.reason) ?? 'INTERNAL';
  const minutes = Math.max(1, Math.ceil((failure.retryAfterSeconds ?? 60) / 60));
  return (
    <p role="alert" className="border border-l-4 border-wrong bg-wrong-ground px-4 py-3 font-medium">
      {t(text, { minutes })}
    </p>
  );
}

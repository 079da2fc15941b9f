import { type Failure, failureOf } from '../trpc/failure.ts';

/** Of better-auth's codes, those that a page has words of its own for. */
const CODES = [
  'INVALID_EMAIL_OR_PASSWORD',
  'INVALID_PASSWORD',
  'INVALID_TOKEN',
  'INVALID_USER',
  'USER_NOT_FOUND',
  'TOKEN_EXPIRED',
  'SESSION_NOT_FRESH',
] as const;
type AuthCode = (typeof CODES)[number];

/** Why `/auth/*` refused, or whatever else stood in the way of a form. */
export type AuthFailure = Omit<Failure, 'reason'> & { readonly reason: Failure['reason'] | AuthCode };

const isAuthCode = (value: unknown): value is AuthCode => CODES.some((code) => code === value);

/** Of an answer that is not ok: the gateway's own errors come in tRPC's shape, better-auth's as a code. */
export function authFailureOf(status: number, body: unknown): AuthFailure {
  const { error, code } = (body ?? {}) as { error?: unknown; code?: unknown };
  if (error !== undefined) return failureOf(error);
  if (isAuthCode(code)) return { reason: code, transient: false };
  if (status === 401) return { reason: 'UNAUTHENTICATED', transient: false };
  return { reason: 'INTERNAL', transient: false };
}

/** `?failed=` of an address: what came of a form without JavaScript. Unknown ones are shown as any other failure. */
export const failureIn = (value: unknown): AuthFailure | undefined =>
  typeof value === 'string' && value !== '' ? { reason: value as AuthFailure['reason'], transient: false } : undefined;

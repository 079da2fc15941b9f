import { type AuthFailure, authFailureOf } from './auth-failure.ts';

const ANSWER_TIMEOUT_MS = 15_000;

export type AuthAnswer<T> = { readonly data: T; readonly failure?: undefined } | { readonly failure: AuthFailure };

/** A call of better-auth's from a page: our own server leads it to the gateway. Never throws. */
export async function callAuth<T = unknown>(path: string, body?: object): Promise<AuthAnswer<T>> {
  try {
    const response = await fetch(`/auth${path}`, {
      ...(body ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    return response.ok ? { data: answer as T } : { failure: authFailureOf(response.status, answer) };
  } catch {
    return { failure: { reason: 'GATEWAY_UNAVAILABLE', transient: true } };
  }
}

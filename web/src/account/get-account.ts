import 'server-only';
import type { AppRouter } from '@orderflow/gateway';
import type { inferRouterOutputs } from '@trpc/server';
import { cookies } from 'next/headers';
import { cache } from 'react';
import { type Failure, failureOf } from '../trpc/failure.ts';
import { serverCalls } from '../trpc/server.ts';

export type Profile = inferRouterOutputs<AppRouter>['profile']['get'];

/** Who looks at a page. */
export type Account =
  | { readonly state: 'in'; readonly profile: Profile }
  /** `ended`: they were signed in before. */
  | { readonly state: 'out'; readonly ended: boolean }
  /** Nobody could say. */
  | { readonly state: 'unknown'; readonly failure: Failure };

/** With the prefix that browsers ask TLS for, and without. */
const SESSION_COOKIE = /^(?:__Secure-)?orderflow\.session_token$/;

/** Asked once a request, and only for those whose browser has a session at all. */
export const getAccount = cache(async (): Promise<Account> => {
  const jar = await cookies();
  if (!jar.getAll().some(({ name }) => SESSION_COOKIE.test(name))) return { state: 'out', ended: false };
  try {
    return { state: 'in', profile: await serverCalls().profile.get.query() };
  } catch (error) {
    const failure = failureOf(error);
    return failure.reason === 'UNAUTHENTICATED' ? { state: 'out', ended: true } : { state: 'unknown', failure };
  }
});

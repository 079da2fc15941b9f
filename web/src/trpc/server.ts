import 'server-only';
import type { AppRouter } from '@orderflow/gateway';
import { dehydrate } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { cookies, headers } from 'next/headers';
import { cache } from 'react';
import { config } from '../config.ts';
import { VISITOR_HEADER, WEB_HEADER } from '../server/visitor.ts';
import { type Failure, failureOf } from './failure.ts';
import { makeQueryClient } from './query-client.ts';

const ANSWER_TIMEOUT_MS = 5_000;

const getQueryClient = cache(makeQueryClient);

/** One a request: a batch must never carry the calls of two visitors. */
const getClient = cache(() =>
  createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${config().GATEWAY_URL}/trpc`,
        headers: visitorsHeaders,
        fetch: (url, options) =>
          fetch(url, { ...options, cache: 'no-store', signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }),
      }),
    ],
  }),
);

async function visitorsHeaders(): Promise<Record<string, string>> {
  const [jar, sent] = await Promise.all([cookies(), headers()]);
  const secret = config().WEB_SECRET;
  const visitor = sent.get(VISITOR_HEADER);
  return {
    cookie: jar.toString(),
    ...(secret !== undefined && visitor !== null ? { [WEB_HEADER]: secret, [VISITOR_HEADER]: visitor } : {}),
  };
}

/** The procedures as query options, with the visitor's cookies and address, within the request that is rendered. */
export const serverTrpc = cache(() =>
  createTRPCOptionsProxy<AppRouter>({ client: getClient(), queryClient: getQueryClient() }),
);

/** For what a server component needs itself. */
export const serverCalls = getClient;

interface Query {
  readonly queryKey: readonly unknown[];
}
type Options = Parameters<ReturnType<typeof makeQueryClient>['fetchQuery']>[0];
type PagesOptions = Parameters<ReturnType<typeof makeQueryClient>['fetchInfiniteQuery']>[0];

/**
 * Asks for everything that a page shows and waits for it, so that it is on the page that is sent. Gives why the first
 * of it failed: the page says so, and without JavaScript nobody else would.
 */
export async function prefetch(...queries: readonly Query[]): Promise<Failure | undefined> {
  const client = getQueryClient();
  const asked = await Promise.allSettled(
    queries.map((query) =>
      'initialPageParam' in query
        ? client.fetchInfiniteQuery({ ...(query as unknown as PagesOptions), retry: false })
        : client.fetchQuery({ ...(query as unknown as Options), retry: false }),
    ),
  );
  const failed = asked.find((result) => result.status === 'rejected');
  return failed && failureOf(failed.reason);
}

/** For a page that needs the answer itself besides. */
export const fetchQuery: ReturnType<typeof makeQueryClient>['fetchQuery'] = (options) =>
  getQueryClient().fetchQuery({ ...options, retry: false });

/** What was asked for, for the components of the browser. */
export const dehydrated = () => dehydrate(getQueryClient());

import type { AppRouter } from '@orderflow/gateway';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink, type TRPCClient } from '@trpc/client';
import { EventSource } from 'eventsource';

export type Client = TRPCClient<AppRouter>;

/** Many calls at once go into one request; one with a longer address than this is refused on the way by many servers. */
const MAX_URL_LENGTH = 2_083;

/**
 * The API as any client sees it: calls over HTTP, subscriptions over SSE.
 * @param token bearer token, none for a guest; @param more headers, as a proxy would add them
 */
export function apiClient(api: string, token?: string, more: Readonly<Record<string, string>> = {}): Client {
  const url = `${api}/trpc`;
  const headers: Record<string, string> = { ...more, ...(token ? { authorization: `Bearer ${token}` } : {}) };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({
          url,
          EventSource,
          eventSourceOptions: () => ({
            fetch: (input: string | URL, init: RequestInit) =>
              fetch(input, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } }),
          }),
        }),
        false: httpBatchLink({ url, headers, maxURLLength: MAX_URL_LENGTH }),
      }),
    ],
  });
}

import type { AppRouter } from '@orderflow/gateway';
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { TRPCClient } from '@trpc/client';
import type { SearchInput } from './types.ts';

/**
 * A search page by page. tRPC's own options add a `direction` to the input, which the gateway's strict schemas refuse.
 * @param cursor where the first page begins
 */
export const searchPages = (client: TRPCClient<AppRouter>, input: SearchInput, cursor: string) =>
  infiniteQueryOptions({
    queryKey: ['catalog.search', input, cursor] as const,
    queryFn: ({ pageParam, signal }) =>
      client.catalog.search.query({ ...input, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: cursor,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

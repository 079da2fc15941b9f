'use client';

import type { AppRouter } from '@orderflow/gateway';
import { QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { type ReactNode, useState } from 'react';
import { makeQueryClient } from './query-client.ts';

const { TRPCProvider, useTRPC: useTrpc, useTRPCClient: useTrpcClient } = createTRPCContext<AppRouter>();

export { useTrpc, useTrpcClient };

const makeClient = () =>
  createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: '/trpc' }),
        // The gateway takes twenty calls at once.
        false: httpBatchLink({ url: '/trpc', maxItems: 20 }),
      }),
    ],
  });

/** Calls go to our own server, which leads them to the gateway with the visitor's cookies. */
export function TrpcProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  const [trpcClient] = useState(makeClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}

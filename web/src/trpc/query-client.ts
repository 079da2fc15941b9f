import { QueryClient } from '@tanstack/react-query';
import { failureOf } from './failure.ts';

/** What a page shows is at most so old when it is looked at again. */
const FRESH_MS = 10_000;
const TRIES = 2;

export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        // A refusal stays one; only what may pass by itself is worth another try.
        retry: (failed, error) => failed < TRIES && failureOf(error).transient,
      },
      // What was pressed without a connection fails at once; it must not happen by itself when there is one again.
      mutations: { networkMode: 'always', retry: false },
    },
  });

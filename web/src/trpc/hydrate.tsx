import { HydrationBoundary } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { dehydrated } from './server.ts';

/** Hands what `prefetch` got to the components within, which go on from there in the browser. */
export const Hydrate = ({ children }: { children: ReactNode }) => (
  <HydrationBoundary state={dehydrated()}>{children}</HydrationBoundary>
);

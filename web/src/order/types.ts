import type { AppRouter } from '@orderflow/gateway';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['orders'];

export type Order = Outputs['get'];
export type Timeline = Outputs['timeline'];
export type TimelineEntry = Timeline['entries'][number];
export type OrderUpdate = { readonly orderId: string; readonly order: Order; readonly newEntries: TimelineEntry[] };

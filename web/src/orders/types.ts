import type { AppRouter } from '@orderflow/gateway';
import type { inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['orders'];

export type Order = Outputs['get'];
export type TimelineEntry = Outputs['timeline']['entries'][number];

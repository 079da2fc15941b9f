import type { AppRouter } from '@orderflow/gateway';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>['catalog'];

export type SearchInput = Exclude<inferRouterInputs<AppRouter>['catalog']['search'], void>;
export type SearchResult = Outputs['search'];
export type ProductInDetail = Outputs['get'];
export type Product = SearchResult['products'][number];
export type ProductInput = inferRouterInputs<AppRouter>['catalog']['get'];

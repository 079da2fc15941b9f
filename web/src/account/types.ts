import type { AppRouter } from '@orderflow/gateway';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

type Outputs = inferRouterOutputs<AppRouter>;
type Inputs = inferRouterInputs<AppRouter>;

export type Order = Outputs['orders']['list']['orders'][number];
export type SavedAddress = Outputs['profile']['addresses']['list']['addresses'][number];
export type SaveAddressInput = Inputs['profile']['addresses']['save'];
export type Preferences = Outputs['profile']['preferences']['get']['preferences'];
export type NoticeKind = keyof Preferences['notices'];

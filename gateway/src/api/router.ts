import { catalog } from './catalog.ts';
import { ops } from './ops.ts';
import { orders } from './orders.ts';
import { profile } from './profile.ts';
import { router } from './trpc.ts';

export const appRouter = router({ catalog, orders, profile, ops });
export type AppRouter = typeof appRouter;

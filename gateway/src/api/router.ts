import { catalog } from './catalog.ts';
import { orders } from './orders.ts';
import { router } from './trpc.ts';

export const appRouter = router({ catalog, orders });
export type AppRouter = typeof appRouter;

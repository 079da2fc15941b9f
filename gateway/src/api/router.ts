import { cart } from './cart.ts';
import { catalog } from './catalog.ts';
import { ops } from './ops.ts';
import { orders } from './orders.ts';
import { profile } from './profile.ts';
import { shop } from './shop.ts';
import { router } from './trpc.ts';

export const appRouter = router({ shop, catalog, cart, orders, profile, ops });
export type AppRouter = typeof appRouter;

import type { Order } from '@orderflow/contracts';
import type { Logger, Publisher } from '@orderflow/runtime';
import { initTRPC } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { Tokens, Viewer } from '../auth.ts';
import type { CatalogueCache } from '../catalogue-cache.ts';
import type { OrderChanges } from '../order-changes.ts';
import type { Placing } from '../place-order.ts';
import type { RateLimit } from '../rate-limit.ts';
import { describeError, refusal } from './errors.ts';

/** Everything the procedures work with. */
export interface GatewayDeps extends Placing {
  readonly products: CatalogueCache;
  readonly changes: OrderChanges;
  readonly tokens: Tokens;
  readonly rateLimit: RateLimit;
  readonly publisher: Publisher;
  readonly carrierWebhookSecret: string;
  /** Whether the store can be asked now; asking one that is away would keep the client waiting. */
  readonly storeIsUp: () => boolean;
  readonly log: Logger;
  readonly now: () => Date;
}

export interface Context {
  readonly deps: GatewayDeps;
  readonly address: string;
  readonly token: string | undefined;
  /** The trace that the caller's request belongs to. */
  readonly traceparent: string | undefined;
}

const t = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ error }) => {
    const { message, data } = describeError(error);
    return { message, code: TRPC_ERROR_CODES_BY_KEY[data.code as keyof typeof TRPC_ERROR_CODES_BY_KEY], data };
  },
  sse: { ping: { enabled: true, intervalMs: 5_000 }, client: { reconnectAfterInactivityMs: 15_000 } },
});

export const { router } = t;

const identified = t.middleware(async ({ ctx, next }) => {
  const { rateLimit, tokens } = ctx.deps;
  await rateLimit.address(ctx.address);
  const viewer = await tokens.viewerOf(ctx.token);
  await rateLimit.identity('id' in viewer ? `${viewer.role}:${viewer.id}` : ctx.address);
  return next({ ctx: { ...ctx, viewer } });
});

/** Anyone, signed in or not; a token that is shown has to be good. */
export const anyone = t.procedure.use(identified);

/** Customers and guests. */
export const buyer = anyone.use(({ ctx, next }) => {
  if (ctx.viewer.role === 'staff') throw refusal('FORBIDDEN', 'Staff cannot do this for a customer');
  return next();
});

/** Whoever shows a token: a customer, staff, or a guest with a tracking link. */
export const identifiedOnly = anyone.use(({ ctx, next }) => {
  if (ctx.viewer.role === 'anonymous') throw refusal('UNAUTHENTICATED', 'Sign in first');
  return next();
});

/** Customers and staff. */
export const account = identifiedOnly.use(({ ctx, next }) => {
  const { viewer } = ctx;
  if (viewer.role !== 'customer' && viewer.role !== 'staff') {
    throw refusal('FORBIDDEN', 'A tracking link shows one order only');
  }
  return next({ ctx: { ...ctx, viewer } });
});

/** Whether this order is the viewer's to read. What is not looks as if it did not exist. */
export function mayRead(viewer: Viewer, order: Pick<Order, 'id' | 'customerId'>): boolean {
  if (viewer.role === 'staff') return true;
  if (viewer.role === 'customer') return order.customerId === viewer.id;
  return viewer.role === 'guest' && order.id === viewer.orderId;
}

/** @throws STORE_UNAVAILABLE at once instead of after the driver's timeout */
export function requireStore(deps: GatewayDeps): void {
  if (!deps.storeIsUp()) throw refusal('STORE_UNAVAILABLE', 'The order store cannot be reached; try again');
}

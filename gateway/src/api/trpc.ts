import { initTRPC } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { sourceOfAddress } from '../access/address.ts';
import type { Person } from '../access/person.ts';
import { actorOf, type Viewer } from '../access/viewer.ts';
import { untilSessionEnds } from '../accounts/until-session-ends.ts';
import type { Cells } from '../cells/cells.ts';
import { regionOf } from '../cells/region-of.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { OrdersPage } from '../orders/order-store.ts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { describeError } from './errors.ts';
import { shownTo } from './shown-order.ts';

export interface Context {
  readonly deps: GatewayDeps;
  /** The other regions, which are asked for what is theirs; undefined: there are none, or one of them has asked. */
  readonly cells: Cells | undefined;
  /** Whom another region asks about: it has their account. */
  readonly about?: Person | undefined;
  readonly address: string;
  /** Who is asking, looked up once for all calls of a request. @throws TOKEN_EXPIRED, UNAUTHENTICATED */
  readonly viewerOf: () => Promise<Viewer>;
  /** Has the browser keep a guest's tracking token, where the request comes from a page of ours. */
  readonly keepGuestToken: (token: string) => Promise<void>;
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

const identified = t.middleware(async ({ ctx, type, next }) => {
  const { rateLimit, accounts } = ctx.deps;
  await rateLimit.address(ctx.address);
  const viewer = await ctx.viewerOf();
  await rateLimit.identity('id' in viewer ? `${viewer.role}:${viewer.id}` : sourceOfAddress(ctx.address));
  const result = await next({ ctx: { ...ctx, viewer } });
  if (type !== 'subscription' || !result.ok || !('session' in viewer) || typeof viewer.session !== 'object')
    return result;
  const stream = result.data as AsyncIterable<unknown>;
  return { ...result, data: untilSessionEnds(stream, accounts.watch, viewer.session) };
});

/** What is another region's is answered there, whoever may do it, on record there: this gateway only says who is asking. */
const answeredWhereItIs = t.middleware(async ({ ctx, path, type, getRawInput, signal, next }) => {
  const { cells } = ctx;
  const { viewer } = ctx as unknown as { viewer: Viewer };
  if (!cells) return next();
  // What is no JSON is refused where the input is read.
  const input = await getRawInput().catch(() => undefined);
  const region = regionOf(cells, path, input);
  if (region === cells.here) return next();
  const call = { path, type, input, viewer, address: ctx.address, traceparent: ctx.traceparent, signal };
  const data = type === 'subscription' ? cells.stream(region, call) : await cells.ask(region, call);
  const { trackingToken } = { ...(data as { trackingToken?: unknown }) };
  if (typeof trackingToken === 'string') await ctx.keepGuestToken(trackingToken);
  return { ok: true, data, ctx, marker: 'middlewareMarker' } as never;
});

/** Anyone, signed in or not; a token that is shown has to be good. */
export const anyone = t.procedure.use(identified).use(answeredWhereItIs);

/** Whoever shows a token or a cookie: a customer, staff, or a guest with a tracking link. */
export const identifiedOnly = anyone.use(({ ctx, next }) => {
  const { viewer } = ctx;
  if (viewer.role === 'anonymous') throw notSignedIn(viewer.session);
  return next({ ctx: { ...ctx, viewer } });
});

/** Customers and staff. */
export const account = identifiedOnly.use(({ ctx, next }) => {
  const { viewer } = ctx;
  if (viewer.role === 'guest') throw onlyAGuest(viewer, 'A tracking link shows one order only');
  return next({ ctx: { ...ctx, viewer } });
});

export const customer = identifiedOnly.use(({ ctx, next }) => next({ ctx: { viewer: asCustomer(ctx.viewer) } }));
export const staff = identifiedOnly.use(({ ctx, next }) => next({ ctx: { viewer: asStaff(ctx.viewer) } }));

type SubjectOf = (input: Record<string, unknown>, actor: string) => unknown;

/**
 * Leaves an entry in the audit for a mutation, whatever comes of it. It belongs before `input` and before the role is
 * looked at, so that what is refused is on record too, and after who it is: without a token there is only the log.
 * What was done beyond the input goes into `ctx.effect`.
 * @param subjectOf what it is about; the input's `orderId` unless told otherwise
 * @param isFor whose calls; everybody's unless told otherwise
 */
const audited = (subjectOf: SubjectOf = ({ orderId }) => orderId, isFor: (viewer: Viewer) => boolean = () => true) =>
  t.middleware(async ({ ctx, path, getRawInput, next }) => {
    const { deps } = ctx;
    const { viewer } = ctx as unknown as { viewer: Viewer };
    const effect: Record<string, unknown> = {};
    if (!isFor(viewer)) return next({ ctx: { effect } });
    requireStore(deps);
    // Nothing has looked at it yet: it can be of any shape, and what is no JSON is refused where the input is read.
    const raw = await getRawInput().catch(() => undefined);
    const input = raw !== null && typeof raw === 'object' ? (raw as Record<string, unknown>) : {};
    const actor = actorOf(viewer, input.orderId);
    const about = subjectOf(input, actor);
    const subject = (typeof about === 'string' && about.slice(0, 200)) || '(none)';
    const complete = await deps.audit.begin({ at: deps.now(), actor, action: path, subject, input });
    const result = await next({ ctx: { effect } });
    await complete({
      ...(result.ok ? { outcome: 'done' } : { outcome: 'refused', reason: describeError(result.error).data.reason }),
      ...(Object.keys(effect).length > 0 ? { effect } : {}),
    });
    return result;
  });

/** Whoever shows a token, on record. */
export const recorded = (subjectOf?: SubjectOf) => identifiedOnly.use(audited(subjectOf));

const notStaff = t.middleware(({ ctx, next }) => {
  const { viewer } = ctx as unknown as { viewer: Viewer };
  if (viewer.role === 'staff') throw new DomainError('FORBIDDEN', 'Staff cannot do this for a customer');
  return next();
});

/** An order's owner, a customer or a guest with a tracking link, on record. */
export const recordedOwner = () => recorded().use(notStaff);

/** Whose session has ended is not taken for a guest: it would be somebody else's order. */
const stillSignedIn = t.middleware(({ ctx, next }) => {
  const { viewer } = ctx as unknown as { viewer: Viewer };
  if (viewer.role === 'anonymous' && viewer.session) throw notSignedIn(viewer.session);
  if (viewer.role === 'guest' && viewer.byCookie?.session) throw notSignedIn(viewer.byCookie.session);
  return next();
});

/** Customers and guests. What they place is its own record; that staff tried is on record. */
export const buyer = anyone
  .use(stillSignedIn)
  .use(
    audited(
      ({ idempotencyKey }) => idempotencyKey,
      ({ role }) => role === 'staff',
    ),
  )
  .use(notStaff);

export const recordedCustomer = (subjectOf?: SubjectOf) =>
  recorded(subjectOf).use(({ ctx, next }) => next({ ctx: { viewer: asCustomer(ctx.viewer) } }));

export const recordedStaff = (subjectOf?: SubjectOf) =>
  recorded(subjectOf).use(({ ctx, next }) => next({ ctx: { viewer: asStaff(ctx.viewer) } }));

function asCustomer(viewer: Viewer) {
  if (viewer.role === 'guest') throw onlyAGuest(viewer, 'This is for customers with an account');
  if (viewer.role !== 'customer') throw new DomainError('FORBIDDEN', 'This is for customers with an account');
  return viewer;
}

function asStaff(viewer: Viewer) {
  if (viewer.role === 'guest') throw onlyAGuest(viewer, 'This is for staff');
  if (viewer.role !== 'staff') throw new DomainError('FORBIDDEN', 'This is for staff');
  return viewer;
}

function notSignedIn(session: 'ended' | 'unknown' | undefined): DomainError {
  if (session === 'unknown') return new DomainError('STORE_UNAVAILABLE', 'Nobody can be recognised now; try again');
  const why = session === 'ended' ? 'Your session has ended; sign in again' : 'Sign in first';
  return new DomainError('UNAUTHENTICATED', why);
}

/** A browser that has opened tracking links may sign in; a bearer token is what it is. */
function onlyAGuest({ byCookie }: Extract<Viewer, { role: 'guest' }>, message: string): DomainError {
  return byCookie ? notSignedIn(byCookie.session) : new DomainError('FORBIDDEN', message);
}

/** The page as this viewer may see it. What cannot be read is named, and logged with where it cannot. */
export function shownPage(deps: GatewayDeps, viewer: Viewer, { orders, unreadable, ...rest }: OrdersPage) {
  for (const { orderId, message: why } of unreadable) deps.log.error({ orderId, why }, UNREADABLE);
  return {
    orders: orders.map((order) => shownTo(deps, viewer, order)),
    unreadable: unreadable.map(({ orderId }) => orderId),
    ...rest,
  };
}

export const UNREADABLE = 'an order cannot be read as it is stored';

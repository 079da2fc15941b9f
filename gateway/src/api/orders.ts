import {
  listOrdersInput,
  listOrdersOutput,
  type OrderUpdate,
  orderIdInput,
  orderSchema,
  placeOrderInput,
  quoteInput,
  quoteOutput,
  timelineOutput,
  type WatchedOrder,
  watchInput,
  watchManyInput,
} from '@orderflow/contracts';
import { inSpan, newTraceparent, SpanKind, startSpan, traceparentOf } from '@orderflow/runtime';
import { type TrackedEnvelope, tracked } from '@trpc/server';
import { z } from 'zod';
import { guestCustomerId } from '../access/guests.ts';
import { mayTouch, type Viewer } from '../access/viewer.ts';
import { pageOfAll } from '../cells/all-cells.ts';
import type { Call, Cells } from '../cells/cells.ts';
import type { Region } from '../cells/directory.ts';
import { byRegion } from '../cells/region-of.ts';
import { placeOrder, priced } from '../checkout/place-order.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { merged } from '../orders/merged.ts';
import { newEntriesSince } from '../orders/new-entries.ts';
import { orderNotFound, UnreadableOrderError } from '../orders/order-errors.ts';
import type { OrderRecord } from '../orders/order-record.ts';
import { seenRevisions } from '../orders/seen-revisions.ts';
import { causalOrder } from '../orders/timeline.ts';
import { watchOrder } from '../orders/watch-order.ts';
import { requireStore } from '../platform/require-store.ts';
import { orderAccess } from './order-access.ts';
import { orderCommands } from './order-commands.ts';
import { shownTo } from './shown-order.ts';
import { account, anyone, buyer, identifiedOnly, router, shownPage } from './trpc.ts';

/** `trackingToken`: for guests, a bearer token for this order and nothing else, until it can't be returned any more. */
const placeOrderOutput = z.object({ order: orderSchema, trackingToken: z.string().optional() });

export const orders = router({
  /** Server-side prices, shipping, tax and total for lines and a destination; money in minor units. For anyone. */
  quote: anyone
    .input(quoteInput)
    .output(quoteOutput)
    .query(({ ctx: { deps }, input }) => {
      requireStore(deps);
      return priced(deps, input);
    }),

  /**
   * Places an order, priced by the server. For customers and guests. Idempotent by `idempotencyKey`, a random UUID: the
   * same body by the same customer gives the same order, anything else IDEMPOTENCY_MISMATCH. `locale` is the language
   * of what we write to the customer, English unless told otherwise. Refuses with
   * UNKNOWN_SKU, UNSUPPORTED_CURRENCY, UNSUPPORTED_COUNTRY, OUT_OF_DATE_PRICE (`expectedTotal` differs), for a guest
   * RATE_LIMITED (`contact.email` or `contact.phone` has had too many orders this hour), for everybody RATE_LIMITED
   * (`paymentMethod`: too many cards were declined, or are being tried) and TOO_MUCH_UNPAID (naming the line: too much
   * is held by orders that are not paid), both with `retryAfterSeconds`, or, when nothing could be stored,
   * BROKER_UNAVAILABLE or STORE_UNAVAILABLE.
   */
  place: buyer
    .input(placeOrderInput)
    .output(placeOrderOutput)
    .mutation(async ({ ctx: { deps, viewer, address, keepGuestToken, traceparent: given }, input }) => {
      requireStore(deps);
      const customerId = viewer.role === 'customer' ? viewer.id : guestCustomerId(input.contact.email);
      const span = startSpan('orders.place', SpanKind.SERVER, given);
      const traceparent = traceparentOf(span, given) ?? newTraceparent();
      try {
        const record = await inSpan(span, () =>
          placeOrder(deps, input, customerId, { now: deps.now(), traceparent, address }),
        );
        const order = shownTo(deps, viewer, record);
        deps.log.info({ orderId: order.id, total: order.total.amount }, 'order placed');
        if (viewer.role === 'customer') return { order };
        const trackingToken = await deps.tokens.forGuest(customerId, order.id);
        await keepGuestToken(trackingToken);
        return { order, trackingToken };
      } finally {
        span.end();
      }
    }),

  /**
   * One order. For its owner (a guest shows the tracking token) and staff; ORDER_NOT_FOUND for everybody else.
   * ORDER_UNREADABLE when it cannot be read as it is stored; staff find where in the log.
   */
  get: identifiedOnly
    .input(orderIdInput)
    .output(orderSchema)
    .query(async ({ ctx: { deps, viewer }, input }) =>
      shownTo(deps, viewer, await readable(viewer, reading(deps, input.orderId).read)),
    ),

  /**
   * Newest first, a cursor page, by status if given, of all regions. A customer's own orders; for staff everybody's. `unreadable`
   * names those that belong here and cannot be read as they are stored, `regionsAway` regions whose orders are missing.
   */
  list: account
    .input(listOrdersInput)
    .output(listOrdersOutput)
    .query(({ ctx: { deps, viewer, cells, address }, input, signal }) => {
      const own = viewer.role === 'customer' ? { customerId: viewer.id } : {};
      return pageOfAll(cells, { path: 'orders.list', input, viewer, address, signal }, async () => {
        requireStore(deps);
        return shownPage(deps, viewer, await deps.orders.page({ ...input, ...own }));
      });
    }),

  /** Every fact of an order's life, causes before effects, in words for people. For its owner and staff. */
  timeline: identifiedOnly
    .input(orderIdInput)
    .output(timelineOutput)
    .query(async ({ ctx: { deps, viewer }, input: { orderId } }) => {
      requireStore(deps);
      const found = await deps.orders.timelineOf(orderId);
      if (!found || !mayTouch(viewer, { id: orderId, customerId: found.customerId })) throw orderNotFound();
      for (const { id: eventId, why } of found.unreadable)
        deps.log.error({ orderId, eventId, why }, 'an entry of a timeline cannot be read as it is stored');
      return { orderId, entries: causalOrder(found.entries), unreadable: found.unreadable.map(({ id }) => id) };
    }),

  /**
   * Subscription (SSE): the order at once, then whenever it changes, each time with the new entries of its timeline.
   * For its owner and staff. The event id is the order's revision: with `lastEventId` nothing comes until there is a
   * newer one. Several quick changes may arrive as one, the last.
   */
  watch: identifiedOnly.input(watchInput).subscription(async function* ({ ctx: { deps, viewer }, input, signal }) {
    const since = Number(input.lastEventId ?? 0) || 0;
    for await (const { order, newEntries } of watching(deps, viewer, { orderId: input.orderId, since, signal })) {
      const watched: WatchedOrder = { ...order, newEntries };
      yield tracked(String(order.revision), watched);
    }
  }),

  /**
   * Subscription (SSE): several orders as `watch` does one, over one connection. For who may see each of them:
   * ORDER_NOT_FOUND if there is one that they may not. The event id says what was seen of all of them.
   */
  watchMany: identifiedOnly.input(watchManyInput).subscription(async function* ({
    ctx: { deps, viewer, cells, address },
    input,
    signal,
  }) {
    const seen = seenRevisions(input.lastEventId);
    const { here, elsewhere } = byRegion(cells, [...new Set(input.orderIds)]);
    const sources = [
      ...here.map((orderId) => watching(deps, viewer, { orderId, since: seen.of(orderId), signal })),
      ...elsewhere.map(({ region, orderIds }) => {
        const call = { path: 'orders.watchMany', type: 'subscription', viewer, address, signal } as const;
        return watchingElsewhere(cells as Cells, region, { ...call, input: { ...input, orderIds } });
      }),
    ];
    for await (const update of merged(sources)) {
      seen.set(update.orderId, update.order.revision);
      yield tracked(String(seen), update);
    }
  }),

  ...orderCommands,
  ...orderAccess,
});

/** An order and what is new on its timeline, at once and after each change, for who may see it. */
async function* watching(
  deps: GatewayDeps,
  viewer: Viewer,
  {
    orderId,
    since,
    signal = new AbortController().signal,
  }: { orderId: string; since: number; signal?: AbortSignal | undefined },
): AsyncGenerator<OrderUpdate> {
  const order = reading(deps, orderId);
  await readable(viewer, order.read);
  const newEntries = newEntriesSince(since, async (id) => (await deps.orders.timelineOf(id))?.entries ?? []);
  for await (const current of watchOrder(deps.changes, orderId, order, { since, signal })) {
    yield { orderId, order: shownTo(deps, viewer, current), newEntries: await newEntries(current) };
  }
}

/** What another region sends of its orders. While it is away, those of the others are watched all the same. */
async function* watchingElsewhere(cells: Cells, region: Region, call: Call): AsyncGenerator<OrderUpdate> {
  for await (const [, update] of cells.stream(region, call, true) as AsyncGenerator<TrackedEnvelope<OrderUpdate>>)
    yield update;
}

function reading(deps: GatewayDeps, orderId: string) {
  const stored =
    <T>(ask: (id: string) => Promise<T>) =>
    async () => {
      requireStore(deps);
      return ask(orderId);
    };
  const source = { load: stored(deps.orders.byId), owner: stored(deps.orders.ownerOf) };
  return { read: () => deps.cache.read(orderId, source), refresh: () => deps.cache.refresh(source) };
}

async function readable(viewer: Viewer, read: () => Promise<OrderRecord | null>): Promise<OrderRecord> {
  const order = await read().catch((error: unknown) => {
    if (!(error instanceof UnreadableOrderError)) throw error;
    // Whoever may not see the order is not told that it is there.
    throw mayTouch(viewer, { id: error.orderId, customerId: String(error.customerId) }) ? error : orderNotFound();
  });
  if (!order || !mayTouch(viewer, order)) throw orderNotFound();
  return order;
}

import { type Order, type OrderflowEvent, type OrderStatus, timelineEntrySchema } from '@orderflow/contracts';
import { batchesOf, inserted, type Stored } from '@orderflow/runtime';
import { readEach } from '../platform/readable.ts';
import { type AmendContext, amendOrder, type Decision } from './amend-order.ts';
import { DEFAULT_DURATIONS, type OrderDurations, orderDeadlineOf } from './order-deadlines.ts';
import { UnreadableOrderError } from './order-errors.ts';
import { type OrderModel, orderAggregates } from './order-model.ts';
import type { OrderState, PlacedDocument } from './order-state.ts';
import { ORDER_FIELDS, ORDER_PROJECTION, readOrder } from './order-view.ts';
import { type OrderSearch, searchedEmail, searchedId, searchFilter } from './search-orders.ts';

export interface OrderPage {
  readonly customerId?: string | undefined;
  readonly status?: OrderStatus | undefined;
  /** The last id of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface OrdersPage {
  readonly orders: Order[];
  /** What belongs on the page and cannot be read. */
  readonly unreadable: UnreadableOrderError[];
  readonly nextCursor?: string;
}

export type OrderStore = ReturnType<typeof createOrderStore>;

export function createOrderStore(model: OrderModel, durations: OrderDurations = DEFAULT_DURATIONS) {
  const aggregates = orderAggregates(model, durations);
  const batches = batchesOf<Stored<OrderState>>(model);
  const shown = ({ _id, revision, ...state }: Stored<OrderState>): Order => readOrder(_id, revision, state);

  const pageOf = async (filter: object, limit: number): Promise<OrdersPage> => {
    const found = await model
      .find(filter as never, ORDER_PROJECTION)
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<Stored<OrderState>[]>();
    const page = found.slice(0, limit);
    const orders: Order[] = [];
    const unreadable: UnreadableOrderError[] = [];
    for (const one of page) {
      try {
        orders.push(shown(one));
      } catch (error) {
        if (!(error instanceof UnreadableOrderError)) throw error;
        unreadable.push(error);
      }
    }
    const last = found.length > limit ? page.at(-1) : undefined;
    return { orders, unreadable, ...(last ? { nextCursor: last._id } : {}) };
  };

  return {
    /** @throws MongoServerError E11000 on `idempotencyKey` when the key has been used */
    insert(placed: PlacedDocument): Promise<boolean> {
      const searched = { searchedEmail: searchedEmail(placed.contact.email), searchedId: searchedId(placed._id) };
      const order = { ...placed, ...searched };
      const due = orderDeadlineOf(order, durations)?.at;
      const marks = { revision: 1, handled: {}, hops: {}, changedAt: new Date(placed.placedAt) };
      return inserted(model, { ...order, ...marks, ...(due && { due }) });
    },

    /**
     * Changes an order because somebody asked for it: one guarded write of the change, its timeline entries and the
     * facts in the outbox. `decide` must be pure; it is asked again when the order moved meanwhile.
     * Relay what was said (`outbox.relay(id, said)`) and tell the cache of the order.
     * @returns the order and what was said, or the refusal; null: there is no such order
     * @throws OrderBusyError
     */
    async amend<Refusal>(
      id: string,
      decide: (state: OrderState) => Decision<Refusal>,
      context: AmendContext,
    ): Promise<{ order: Order; said: readonly OrderflowEvent[] } | { refused: Refusal } | null> {
      const amended = await amendOrder({ aggregates, durations }, id, decide, context);
      if (!amended || 'refused' in amended) return amended;
      return { order: readOrder(id, amended.revision, amended.state), said: amended.said };
    },

    /** Everything about the order, also what its owner does not see. */
    async document(id: string): Promise<{ revision: number; state: OrderState } | null> {
      const loaded = await aggregates.load(id);
      return loaded && { revision: loaded.revision, state: loaded.state };
    },

    /** Newest first. */
    search: ({ limit, ...search }: OrderSearch) => pageOf(searchFilter({ ...search, limit }), limit),

    /** @throws UnreadableOrderError */
    async byId(id: string): Promise<Order | null> {
      const found = await batches.find(id, [...ORDER_FIELDS, 'revision']);
      return found && shown(found);
    },

    /** Who placed what with this key; `read` gives their order. */
    async byIdempotencyKey(idempotencyKey: string) {
      const found = await model
        .findOne({ idempotencyKey } as never, { ...ORDER_PROJECTION, bodyHash: 1 })
        .lean<Stored<OrderState>>();
      return found && { customerId: found.customerId, bodyHash: found.bodyHash, read: () => shown(found) };
    },

    /** Whose order it is; that never changes. Null: there is no such order. */
    async ownerOf(id: string): Promise<string | null> {
      return (await batches.find(id, ['customerId']))?.customerId ?? null;
    },

    /** Newest first. */
    page: ({ customerId, status, cursor, limit }: OrderPage) =>
      pageOf(
        {
          ...(customerId === undefined ? {} : { customerId }),
          ...(status === undefined ? {} : { status }),
          ...(cursor === undefined ? {} : { _id: { $lt: cursor } }),
        },
        limit,
      ),

    async traceOf(id: string): Promise<string | undefined> {
      return (await batches.find(id, ['traceparent']))?.traceparent;
    },

    async timelineOf(id: string) {
      const found = await model.findById(id, { customerId: 1, timeline: 1 }).lean<Stored<OrderState>>();
      if (!found) return null;
      const { read, unreadable } = readEach(found.timeline, timelineEntrySchema, 'eventId');
      return { customerId: found.customerId, entries: read, unreadable };
    },
  };
}

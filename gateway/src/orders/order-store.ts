import type { Money, Order, OrderflowEvent, OrderLine, OrderStatus, Prices, TimelineEntry } from '@orderflow/contracts';
import { orderSchema, timelineEntrySchema } from '@orderflow/contracts';
import {
  type Aggregates,
  aggregateModel,
  batchesOf,
  inserted,
  mongooseAggregates,
  type Stored,
} from '@orderflow/runtime';
import { type Connection, type Model, Schema } from 'mongoose';
import type { BuyerKey } from '../customers/buyer.ts';
import { firstOf, readEach, UnreadableOrderError, withoutNulls } from '../platform/readable.ts';
import { type AmendContext, amendOrder, type Decision } from './amend-order.ts';
import type { AttentionFlag } from './attention-flag.ts';
import type { Decline } from './declines.ts';
import { DEFAULT_DURATIONS, type OrderDurations, orderDeadlineOf } from './order-deadlines.ts';
import { type OrderSearch, searchedEmail, searchedId, searchFilter } from './search-orders.ts';
import { makeKeysUnique } from './unique-keys.ts';

/**
 * What the order's document holds beside the runtime's fields. The gateway writes it when the order is placed and
 * when somebody sends a command about it; everything else is order-process's, one fact at a time.
 */
export interface OrderState extends Prices, Omit<Order, 'id' | 'revision' | keyof Prices> {
  lines: OrderLine[];
  /** A UUID, unique among all orders. */
  idempotencyKey: string;
  /** SHA-256 of the input that placed the order. */
  bodyHash: string;
  /** Every fact so far, in order of arrival. */
  timeline: TimelineEntry[];
  /** The trace that everything about the order belongs to, also what the outside tells us later. */
  traceparent: string;
  /** Until when inventory holds the stock, as far as we have heard. */
  holdUntil?: string;
  /** Stripe's id of the payment; never a secret. */
  intentId?: string;
  /** The latest attempt to pay that was asked for; 1 comes with the order. */
  paymentAttempt: number;
  captureBefore?: string;
  /** What had been given back in all with each refund, by its id: its credit note depends on it. */
  refundedUntil?: Readonly<Record<string, Money>>;
  /** The latest attempt that the bank was said to be processing, since when; nobody can hurry it. */
  processing?: { attempt: number; at: string };
  /** The latest attempt that was declined. */
  declinedAttempt?: number;
  /** Who placed it, as buyers are known again (`buyers/buyer.ts`); what is paid with later may add to it. */
  buyer?: readonly BuyerKey[];
  /** It holds so much that a declined card is final. */
  singleAttempt?: true;
  /** Cards that were declined, each once; the latest time, and whom they count for, are what searches look for. */
  declines?: readonly Decline[];
  declinedAt?: string;
  declinedBy?: readonly BuyerKey[];
  /** The cancellation that was asked for. */
  cancel?: {
    cancelId: string;
    stage: 'pending' | 'confirmed';
    actor: 'customer' | 'staff';
    reason: string;
    at: string;
  };
  /** Since when it is to be shipped. */
  confirmedAt?: string;
  /** The carrier's latest scan that we know of. */
  lastScanAt?: string;
  /** What staff should look at, each for itself; `attention` is what it comes to. */
  attentions?: readonly AttentionFlag[];
  /** The e-mail address and the id, as searches look for them. */
  searchedEmail: string;
  searchedId: string;
}

export type OrderModel = Model<Stored<OrderState>>;

/** A new order as it is given to `insert`, which adds what searches and the runtime need. */
export type PlacedDocument = Omit<OrderState, 'searchedEmail' | 'searchedId'> &
  Pick<Stored<OrderState>, '_id' | 'outbox' | 'outboxAt'>;

const COLLECTION = 'orders';
const { Mixed } = Schema.Types;
const text = { type: String, required: true } as const;
const mixed = { type: Mixed, required: true } as const;

/** The model of the orders on this connection; gateway and order-process share one where they share the connection. */
export function orderModel(database: Connection): OrderModel {
  const known = database.models[COLLECTION] as unknown as OrderModel | undefined;
  return known ?? newModel(database);
}

function newModel(database: Connection): OrderModel {
  return aggregateModel<OrderState>(
    database,
    COLLECTION,
    {
      customerId: text,
      status: text,
      payment: text,
      shipment: text,
      reason: String,
      lines: { type: [Mixed], required: true },
      subtotal: mixed,
      shipping: mixed,
      tax: mixed,
      total: mixed,
      address: mixed,
      contact: mixed,
      shippingMethod: text,
      tracking: Mixed,
      placedAt: text,
      cancelUntil: text,
      updatedAt: text,
      idempotencyKey: text,
      bodyHash: text,
      timeline: { type: [Mixed], required: true },
      traceparent: text,
      parcels: { type: [Mixed], required: true },
      refunds: { type: [Mixed], required: true },
      returns: { type: [Mixed], required: true },
      paymentDue: Mixed,
      captured: Mixed,
      refunded: Mixed,
      attention: String,
      locale: text,
      holdUntil: String,
      intentId: String,
      paymentAttempt: { type: Number, required: true },
      captureBefore: String,
      refundedUntil: Mixed,
      processing: Mixed,
      declinedAttempt: Number,
      buyer: { type: [String], default: undefined },
      singleAttempt: Boolean,
      declines: Mixed,
      declinedAt: String,
      declinedBy: { type: [String], default: undefined },
      cancel: Mixed,
      confirmedAt: String,
      lastScanAt: String,
      attentions: Mixed,
      searchedEmail: text,
      searchedId: text,
    },
    (schema) => {
      schema.pre('createCollection', function () {
        return makeKeysUnique(this.collection as never);
      });
      schema.index({ idempotencyKey: 1 }, { unique: true });
      // Ids are UUIDv7, so newest first is by id.
      schema.index({ customerId: 1, _id: -1 });
      schema.index({ customerId: 1, status: 1, _id: -1 });
      schema.index({ status: 1, _id: -1 });
      schema.index({ payment: 1, _id: -1 });
      schema.index({ searchedEmail: 1, _id: -1 });
      schema.index({ searchedId: 1 });
      schema.index({ attention: 1 }, { sparse: true });
      schema.index({ buyer: 1, status: 1 });
      schema.index({ declinedBy: 1 }, { sparse: true });
      schema.index({ declinedAt: 1 }, { sparse: true });
    },
  );
}

/** Whoever writes orders, writes their deadlines with them; only order-process watches these. */
export function orderAggregates(
  model: OrderModel,
  durations: OrderDurations = DEFAULT_DURATIONS,
): Aggregates<OrderState> {
  return mongooseAggregates(model, { deadlineOf: (state) => orderDeadlineOf(state, durations) });
}

const ORDER_FIELDS = Object.keys(orderSchema.shape).filter((name) => name !== 'id' && name !== 'revision');
const ORDER_PROJECTION = Object.fromEntries([...ORDER_FIELDS, 'revision'].map((name) => [name, 1]));

/** The order as the API shows it; what is ours alone stays behind. */
export function toOrder(id: string, revision: number, state: Omit<PlacedDocument, '_id'>): Order {
  const given = state as unknown as Record<string, unknown>;
  const fields = ORDER_FIELDS.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  return { id, revision, ...Object.fromEntries(fields) } as Order;
}

/** The order as it is stored, as the API shows it. @throws UnreadableOrderError */
export function readOrder(id: string, revision: number, state: Omit<PlacedDocument, '_id'>): Order {
  const order = withoutNulls(toOrder(id, revision, state));
  const { success, data, error } = orderSchema.safeParse(order);
  if (!success) throw new UnreadableOrderError(id, state.customerId, firstOf(error));
  return data;
}

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

import type { Order, OrderLine, OrderStatus, Prices, TimelineEntry } from '@orderflow/contracts';
import { orderSchema } from '@orderflow/contracts';
import { type Aggregates, aggregateModel, inserted, mongooseAggregates, type Stored } from '@orderflow/runtime';
import { type Connection, type Model, Schema } from 'mongoose';

/**
 * What the order's document holds beside the runtime's fields. The gateway writes it once, when the order is
 * placed; after that only order-status changes it, one fact at a time.
 */
export interface OrderState extends Prices, Omit<Order, 'id' | 'revision' | keyof Prices> {
  lines: OrderLine[];
  /** Unique together with the customer. */
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
  /** The cancellation that was asked for. */
  cancel?: {
    cancelId: string;
    stage: 'pending' | 'confirmed';
    actor: 'customer' | 'staff';
    reason: string;
    at: string;
  };
}

export type OrderModel = Model<Stored<OrderState>>;

export type PlacedDocument = OrderState & Pick<Stored<OrderState>, '_id' | 'outbox' | 'outboxAt'>;

const { Mixed } = Schema.Types;
const text = { type: String, required: true } as const;
const mixed = { type: Mixed, required: true } as const;

export function orderModel(database: Connection): OrderModel {
  return aggregateModel<OrderState>(
    database,
    'orders',
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
      cancel: Mixed,
    },
    (schema) => {
      schema.index({ customerId: 1, idempotencyKey: 1 }, { unique: true });
      // Ids are UUIDv7, so newest first is by id.
      schema.index({ customerId: 1, _id: -1 });
      schema.index({ customerId: 1, status: 1, _id: -1 });
      schema.index({ status: 1, _id: -1 });
    },
  );
}

export const orderAggregates = (model: OrderModel): Aggregates<OrderState> => mongooseAggregates(model);

const ORDER_FIELDS = Object.keys(orderSchema.shape).filter((name) => name !== 'id' && name !== 'revision');
const ORDER_PROJECTION = Object.fromEntries([...ORDER_FIELDS, 'revision'].map((name) => [name, 1]));

/** The order as the API shows it; what is ours alone stays behind. */
export function toOrder(id: string, revision: number, state: OrderState): Order {
  const given = state as unknown as Record<string, unknown>;
  const fields = ORDER_FIELDS.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  return { id, revision, ...Object.fromEntries(fields) } as Order;
}

export interface OrderPage {
  readonly customerId?: string | undefined;
  readonly status?: OrderStatus | undefined;
  /** The last id of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export type OrderStore = ReturnType<typeof createOrderStore>;

export function createOrderStore(model: OrderModel) {
  const shown = ({ _id, revision, ...state }: Stored<OrderState>): Order => toOrder(_id, revision, state);
  return {
    /** @throws MongoServerError E11000 on `idempotencyKey` when the customer has used the key */
    insert: (order: PlacedDocument): Promise<boolean> => inserted(model, { ...order, revision: 1, handled: {} }),

    async byId(id: string): Promise<Order | null> {
      const found = await model.findById(id, ORDER_PROJECTION).lean<Stored<OrderState>>();
      return found && shown(found);
    },

    async byIdempotencyKey(customerId: string, idempotencyKey: string) {
      const found = await model
        .findOne({ customerId, idempotencyKey } as never, { ...ORDER_PROJECTION, bodyHash: 1 })
        .lean<Stored<OrderState>>();
      return found && { order: shown(found), bodyHash: found.bodyHash };
    },

    /** Newest first. */
    async page({ customerId, status, cursor, limit }: OrderPage): Promise<{ orders: Order[]; nextCursor?: string }> {
      const filter = {
        ...(customerId === undefined ? {} : { customerId }),
        ...(status === undefined ? {} : { status }),
        ...(cursor === undefined ? {} : { _id: { $lt: cursor } }),
      };
      const found = await model
        .find(filter as never, ORDER_PROJECTION)
        .sort({ _id: -1 })
        .limit(limit + 1)
        .lean<Stored<OrderState>[]>();
      const orders = found.slice(0, limit).map(shown);
      const last = found.length > limit ? orders.at(-1) : undefined;
      return { orders, ...(last ? { nextCursor: last.id } : {}) };
    },

    async traceOf(id: string): Promise<string | undefined> {
      const found = await model.findById(id, { traceparent: 1 }).lean<Pick<OrderState, 'traceparent'>>();
      return found?.traceparent;
    },

    async timelineOf(id: string) {
      const found = await model.findById(id, { customerId: 1, timeline: 1 }).lean<Stored<OrderState>>();
      return found && { customerId: found.customerId, entries: found.timeline };
    },
  };
}

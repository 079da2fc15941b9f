import {
  type Aggregates,
  type ArchiveOptions,
  aggregateModel,
  archiveOf,
  mongooseAggregates,
  type Stored,
} from '@orderflow/runtime';
import { type Connection, type IndexDefinition, type Model, Schema } from 'mongoose';
import { DEFAULT_DURATIONS, type OrderDurations, orderDeadlineOf } from './order-deadlines.ts';
import type { OrderState } from './order-state.ts';
import { searchOf } from './search-keys.ts';
import { makeKeysUnique } from './unique-keys.ts';

export type OrderModel = Model<Stored<OrderState>>;

const COLLECTION = 'orders';
const { Mixed } = Schema.Types;
const text = { type: String, required: true } as const;
const mixed = { type: Mixed, required: true } as const;

/** The model of the orders on this connection; gateway and order-process share one where they share the connection. */
export function orderModel(database: Connection): OrderModel {
  const known = database.models[COLLECTION] as unknown as OrderModel | undefined;
  return known ?? newModel(database);
}

/** What lists and searches go by. Ids are UUIDv7, so newest first is by id. */
const SEARCHED: readonly IndexDefinition[] = [
  { customerId: 1, _id: -1 },
  { customerId: 1, status: 1, _id: -1 },
  { status: 1, _id: -1 },
  { payment: 1, _id: -1 },
  { searchedEmail: 1, _id: -1 },
  { searchedId: 1 },
  { search: 1, _id: -1 },
  // Not unique, as no index here: each shard would only know its own orders. See `order-keys.ts`.
  { number: 1, _id: -1 },
];

/** Fields that filters of `search-orders.ts` name, and those of an order's keys. */
const KEPT = [
  'customerId',
  'status',
  'payment',
  'placedAt',
  'searchedEmail',
  'searchedId',
  'search',
  'number',
] as const;

/** Orders that have ended, and of which nobody has to do anything any more. */
const ARCHIVE: ArchiveOptions = {
  indexes: SEARCHED,
  kept: (order) => ({
    ...Object.fromEntries([...KEPT, 'idempotencyKey'].map((name) => [name, order[name]])),
    lines: (order.lines as OrderState['lines']).map(({ sku, name }) => ({ sku, name })),
  }),
  only: {
    status: { $in: ['delivered', 'cancelled', 'expired', 'rejected', 'payment_failed'] },
    attention: { $exists: false },
    toInspect: { $exists: false },
    // Orders of versions before get these in the background.
    number: { $exists: true },
    search: { $exists: true },
  },
};

function newModel(database: Connection): OrderModel {
  const model = aggregateModel<OrderState>(
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
      placedAs: String,
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
      deliveredAt: String,
      number: String,
      shippingGross: Mixed,
      taxBasisPoints: Number,
      billingAddress: Mixed,
      vatId: String,
      intentId: String,
      paymentAttempt: { type: Number, required: true },
      captureBefore: String,
      refundedUntil: Mixed,
      documents: { type: [Mixed], default: undefined },
      processing: Mixed,
      declinedAttempt: Number,
      buyer: { type: [String], default: undefined },
      singleAttempt: Boolean,
      declines: Mixed,
      declinedAt: String,
      declinedBy: { type: [String], default: undefined },
      cancel: Mixed,
      edits: Mixed,
      toInspect: Boolean,
      confirmedAt: String,
      lastScanAt: String,
      attentions: Mixed,
      settled: Mixed,
      settledStep: Mixed,
      notes: Mixed,
      disputes: Mixed,
      mailbox: Number,
      emailChanges: Mixed,
      emailProblem: Mixed,
      erased: Mixed,
      searchedEmail: text,
      searchedId: text,
      search: { type: [String], default: undefined },
    },
    (schema) => {
      schema.pre('createCollection', function () {
        return makeKeysUnique(this.collection as never);
      });
      for (const index of SEARCHED) schema.index(index);
      schema.index({ attention: 1 }, { sparse: true });
      schema.index({ toInspect: 1, _id: -1 }, { sparse: true });
      schema.index({ buyer: 1, status: 1 });
      schema.index({ declinedBy: 1 }, { sparse: true });
      schema.index({ declinedAt: 1 }, { sparse: true });
    },
  );
  archiveOf(model as never, ARCHIVE);
  return model;
}

/** Whoever writes orders, writes their deadlines with them; only order-process watches these. */
export function orderAggregates(
  model: OrderModel,
  durations: OrderDurations = DEFAULT_DURATIONS,
): Aggregates<OrderState> {
  return mongooseAggregates<OrderState>(model, {
    deadlineOf: (state) => orderDeadlineOf(state, durations),
    derived: { names: ['search'], of: searchOf },
  });
}

import { type Aggregates, aggregateModel, inserted, type Loaded, mongooseAggregates } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import { deadlineOf } from './decide-deadline.ts';
import { giveBackStrays } from './holding.ts';
import type { Reservation } from './reservation.ts';
import type { Stock } from './stock-store.ts';

const line = { _id: false, sku: String, quantity: Number };
const parcel = {
  _id: false,
  parcelId: String,
  warehouse: String,
  lines: [line],
  status: String,
  plan: Number,
  replaces: String,
  reason: String,
  failedSince: Date,
  tryAt: Date,
  round: Number,
};
const shortage = { _id: false, sku: String, requested: Number, available: Number };
const stocked = { _id: false, sku: String, warehouse: String, quantity: Number };
const restock = new Schema(
  {
    refundId: String,
    status: String,
    stock: [stocked],
    beyond: { type: [line], default: undefined },
    markedUntil: Date,
  },
  { _id: false },
);

/**
 * Claims: a reservation's next state, written before any stock is touched. Won or lost, the document has moved, so
 * the runtime's commit for the state before it misses and the handler is called again with what is there now.
 */
export interface Claims {
  /** For an order that nothing is known of. */
  open(orderId: string, claimed: Reservation, at: Date): Promise<void>;
  /** From the very state that a handler was given; once anything has changed it, nothing happens. */
  move(orderId: string, from: Reservation, claimed: Reservation, at: Date): Promise<void>;
}

export interface Reservations {
  readonly aggregates: Aggregates<Reservation>;
  readonly claims: Claims;
}

/** Keeps the reservations in collection `reservations`. */
export function reservationStore(database: Connection, stock: Stock): Reservations {
  const model = aggregateModel<Reservation>(database, 'reservations', {
    status: { type: String, required: true },
    lines: { type: [line], required: true },
    plan: { type: Number, required: true },
    parcels: { type: [parcel], required: true },
    holdUntil: Date,
    extended: Boolean,
    shortages: { type: [shortage], default: undefined },
    restocks: { type: [restock], default: undefined },
    reason: String,
  });
  const aggregates = mongooseAggregates<Reservation>(model, { deadlineOf });
  const origins = new WeakMap<Reservation, Loaded<Reservation>>();
  return {
    aggregates: {
      ...aggregates,
      load: async (id, eventId) => {
        const loaded = await aggregates.load(id, eventId);
        if (!loaded) return null;
        origins.set(loaded.state, loaded);
        // A try that the broker gave up on may still have been running; it always comes back here, since its message
        // was handled by another.
        if (loaded.said) await giveBackStrays(stock, id, loaded.state);
        return loaded;
      },
    },
    claims: {
      open: async (orderId, claimed, at) => {
        await inserted(model, { ...claimed, _id: orderId, revision: 1, handled: {}, hops: {}, changedAt: at });
      },
      move: async (orderId, from, claimed, at) => {
        const origin = origins.get(from);
        if (!origin) throw new TypeError('Only a state that was loaded can be claimed from');
        await aggregates.amend({ id: orderId, from: origin, to: claimed, say: [], at });
      },
    },
  };
}

import { type Aggregates, aggregateModel, mongooseAggregates } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import { deadlineOf } from './decide-deadline.ts';
import type { Reservation } from './reservation.ts';

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

const edit = { _id: false, editId: String, status: String, lines: [line] };

/** Keeps the reservations in collection `reservations`. */
export function reservationAggregates(database: Connection): Aggregates<Reservation> {
  const model = aggregateModel<Reservation>(database, 'reservations', {
    status: { type: String, required: true },
    lines: { type: [line], required: true },
    plan: { type: Number, required: true },
    parcels: { type: [parcel], required: true },
    holdUntil: Date,
    extended: Boolean,
    shortages: { type: [shortage], default: undefined },
    restocks: { type: [restock], default: undefined },
    edits: { type: [edit], default: undefined },
    reason: String,
  });
  return mongooseAggregates<Reservation>(model, { deadlineOf });
}

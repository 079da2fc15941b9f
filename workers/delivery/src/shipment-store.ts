import { type Aggregates, aggregateModel, mongooseAggregates } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import type { Shipment } from './decide-shipment.ts';

const parcel = new Schema(
  { shipmentId: String, carrier: String, trackingNumber: String, trackingUrl: String, eta: String },
  { _id: false },
);
const scan = new Schema({ status: String, scanAt: String }, { _id: false });

/** The shipments, one document an order, in collection `shipments`. */
export function shipmentAggregates(database: Connection): Aggregates<Shipment> {
  const model = aggregateModel<Shipment>(database, 'shipments', {
    status: { type: String, required: true },
    parcel,
    scan,
    code: String,
    reason: String,
  });
  return mongooseAggregates<Shipment>(model);
}

import { type Aggregates, aggregateModel, mongooseAggregates } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import { deadlineOf } from './decide-timeout.ts';
import type { OrderShipments } from './order-shipments.ts';

const nested = (fields: Record<string, unknown>) => new Schema(fields, { _id: false, strict: 'throw' });

const parcel = nested({
  shipmentId: String,
  carrier: String,
  trackingNumber: String,
  trackingUrl: String,
  eta: String,
});
const scan = nested({ status: String, scanAt: String, clock: String });
const watch = nested({ heardAt: String, askAt: String });
const payment = nested({ status: String, version: Number });
const line = nested({ sku: String, quantity: Number });
const item = nested({ sku: String, name: String });
const about = { status: String, warehouse: String, lines: [line], parcel, scan, watch, code: String, reason: String };

/** Statuses by the names that versions before December 2026 stored. */
const RENAMED: Readonly<Record<string, OrderShipments['status']>> = {
  called_off: 'cancelled_early',
  to_call_off: 'cancel_pending',
  curtailed: 'partially_cancelled',
};

function upcast(stored: OrderShipments): OrderShipments {
  const status = RENAMED[stored.status];
  return status === undefined ? stored : ({ ...stored, status } as OrderShipments);
}

/** The shipments, one document an order, in collection `shipments`. */
export function shipmentAggregates(database: Connection): Aggregates<OrderShipments> {
  const model = aggregateModel<OrderShipments>(database, 'shipments', {
    status: { type: String, required: true },
    reason: String,
    askAt: String,
    payment,
    address: Schema.Types.Mixed,
    contact: Schema.Types.Mixed,
    shippingMethod: String,
    dispatchAfter: String,
    items: { type: [item], default: undefined },
    shipments: {
      type: [
        nested({
          ...about,
          parcelId: String,
          content: String,
          readyAt: String,
          elsewhere: Boolean,
          by: { type: [String], default: undefined },
        }),
      ],
      default: undefined,
    },
    returns: { type: [nested({ ...about, returnId: String, number: Number })], default: undefined },
  });
  return mongooseAggregates<OrderShipments>(model, { deadlineOf, upcast });
}

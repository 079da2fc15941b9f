import { type Aggregates, aggregateModel, mongooseAggregates } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import type { Payment } from './decide-payment.ts';

/** Payments by order id. */
export function paymentAggregates(database: Connection): Aggregates<Payment> {
  return mongooseAggregates(
    aggregateModel<Payment>(database, 'payments', {
      status: { type: String, required: true },
      amount: { type: Schema.Types.Mixed },
      paymentMethod: { type: String },
      intentId: { type: String },
      captureBefore: { type: String },
      code: { type: String },
      reason: { type: String },
    }),
  );
}

import { type Aggregates, aggregateModel, mongooseAggregates } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import type { PaymentRecord } from './decide-vouching.ts';
import { deadlineOf } from './payment.ts';

/** Payments by order id. */
export function paymentAggregates(database: Connection): Aggregates<PaymentRecord> {
  const { Mixed } = Schema.Types;
  const model = aggregateModel<PaymentRecord>(database, 'payments', {
    status: { type: String, required: true },
    amount: { type: Mixed },
    paymentMethod: { type: String },
    intentId: { type: String },
    method: { type: String },
    attempt: { type: Number },
    payUntil: { type: String },
    extended: { type: Boolean },
    single: { type: Boolean },
    lookAt: { type: String },
    captureBefore: { type: String },
    captureAt: { type: String },
    captured: { type: Mixed },
    refunds: { type: Mixed },
    refundsAt: { type: String },
    ended: { type: String },
    code: { type: String },
    as: { type: Mixed },
    reason: { type: String },
    asked: { type: Mixed },
    edited: { type: Mixed },
    disputes: { type: Mixed },
    review: { type: Mixed },
  });
  return mongooseAggregates<PaymentRecord>(model, {
    deadlineOf: (record) => (record.status === 'unknown' ? null : deadlineOf(record)),
  });
}

import { type Aggregates, aggregateModel, mongooseAggregates } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import type { Correspondence } from './correspondence.ts';
import { deadlineOf } from './decide-waiting.ts';

/** What we know of and wrote about each order, by order id. */
export function correspondenceAggregates(database: Connection): Aggregates<Correspondence> {
  const { Mixed } = Schema.Types;
  const model = aggregateModel<Correspondence>(database, 'notifications', {
    customerId: { type: String, required: true },
    number: String,
    billingAddress: Mixed,
    vatId: String,
    cancelUntil: String,
    shippingGross: Mixed,
    taxBasisPoints: Number,
    contact: { type: Mixed, required: true },
    mailbox: Number,
    address: { type: Mixed, required: true },
    locale: { type: String, required: true },
    lines: { type: [Mixed], required: true },
    subtotal: { type: Mixed, required: true },
    shipping: { type: Mixed, required: true },
    tax: { type: Mixed, required: true },
    total: { type: Mixed, required: true },
    shippingMethod: { type: String, required: true },
    placedAt: { type: String, required: true },
    notices: { type: [Mixed], required: true },
    waiting: { type: [Mixed], required: true },
    turns: { type: Number, required: true },
    edited: Number,
  });
  return mongooseAggregates(model, { deadlineOf });
}

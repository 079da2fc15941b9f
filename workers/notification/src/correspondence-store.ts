import { type Aggregates, aggregateModel, mongooseAggregates } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import type { Correspondence } from './decide-notices.ts';

/** What we know of and wrote about each order, by order id. */
export function correspondenceAggregates(database: Connection): Aggregates<Correspondence> {
  const { Mixed } = Schema.Types;
  return mongooseAggregates(
    aggregateModel<Correspondence>(database, 'notifications', {
      contact: { type: Mixed, required: true },
      name: { type: String, required: true },
      locale: { type: String, required: true },
      lines: { type: [Mixed], required: true },
      subtotal: { type: Mixed, required: true },
      shipping: { type: Mixed, required: true },
      tax: { type: Mixed, required: true },
      total: { type: Mixed, required: true },
      shippingMethod: { type: String, required: true },
      notices: { type: [Mixed], required: true },
    }),
  );
}

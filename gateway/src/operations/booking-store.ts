import { createHash } from 'node:crypto';
import { createEvent, type Fact, type OrderflowEvent, sourceOf } from '@orderflow/contracts';
import { aggregateModel, inserted, isDuplicateOf, newTraceparent, outboxOf, type Stored } from '@orderflow/runtime';
import { type Connection, type Model, Schema } from 'mongoose';
import { gateway } from '../worker.ts';

/** What staff have booked of stock, or changed in the catalogue. `_id` is their idempotency key. */
export interface Booking {
  readonly sku: string;
  /** SHA-256 of what was asked for. */
  readonly hash: string;
  readonly at: string;
  readonly status: 'requested' | 'done' | 'refused';
  /** The fact's data. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Of stock that could not be taken. */
  readonly available?: number;
  /** `<sku>:<version>` of a change of the catalogue: each version is one change's. */
  readonly takes?: string;
}

export type BookingModel = Model<Stored<Booking>>;
export type BookingStore = ReturnType<typeof createBookingStore>;

export function bookingModel(database: Connection): BookingModel {
  const known = database.models.bookings as unknown as BookingModel | undefined;
  const text = { type: String, required: true } as const;
  return (
    known ??
    aggregateModel<Booking>(
      database,
      'bookings',
      {
        ...{ sku: text, hash: text, at: text, status: text, available: Number, takes: String },
        data: { type: Schema.Types.Mixed, required: true },
      },
      (schema) => schema.index({ takes: 1 }, { unique: true, sparse: true }).index({ sku: 1, at: -1 }),
    )
  );
}

export const hashOf = (input: unknown): string => createHash('sha256').update(JSON.stringify(input)).digest('hex');

/** Bookings with their facts, which are in the outbox of the same document. */
export function createBookingStore(model: BookingModel) {
  return {
    find: (id: string) => model.findById(id, { handled: 0, hops: 0 }).lean<Booking & { _id: string }>(),

    /** The change that took this version of a product. */
    taking: (takes: string) => model.findOne({ takes } as never, { data: 1 }).lean<Pick<Booking, 'data'>>(),

    /**
     * Stores a booking with its fact: relay it.
     * @returns null: its id, or the version that it takes, is somebody else's
     */
    async book(
      id: string,
      booking: Booking,
      fact: Fact,
      { now, region, traceparent = newTraceparent() }: { now: Date; region: string; traceparent?: string | undefined },
    ): Promise<OrderflowEvent[] | null> {
      const event = createEvent(fact, {
        source: sourceOf(gateway),
        subject: booking.sku,
        time: now,
        region,
        traceparent,
      });
      const runtimes = { revision: 1, handled: {}, hops: {}, changedAt: now, ...outboxOf([event], now) };
      try {
        return (await inserted(model, { _id: id, ...booking, ...runtimes })) ? [event] : null;
      } catch (error) {
        // Another change took this version of the product.
        if (isDuplicateOf(error, 'takes')) return null;
        throw error;
      }
    },

    /** Inventory has answered; the first answer counts. */
    async settle(id: string, status: 'done' | 'refused', available?: number): Promise<void> {
      const $set = { status, ...(available === undefined ? {} : { available }) };
      await model.updateOne({ _id: id, status: 'requested' } as never, { $set, $inc: { revision: 1 } } as never);
    },
  };
}

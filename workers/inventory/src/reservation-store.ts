import type { QuantityLine } from '@orderflow/contracts';
import {
  type Aggregates,
  aggregateModel,
  inserted,
  type Loaded,
  mongooseAggregates,
  NotYetError,
} from '@orderflow/runtime';
import type { Connection } from 'mongoose';
import type { Reservation, Shortage } from './decide-reservation.ts';
import type { Stock } from './stock-store.ts';

const line = { _id: false, sku: String, quantity: Number };
const shortage = { _id: false, sku: String, requested: Number, available: Number };

/** Claims: a reservation's new status, written before any stock is touched. Each makes the runtime's commit for the state before it miss. */
export interface Claims {
  /** A shortage was found: from here on nobody can complete this hold. False: somebody else got further. */
  reject(orderId: string, lines: readonly QuantityLine[], shortages: readonly Shortage[]): Promise<boolean>;
  /** False: it isn't held any more. */
  end(orderId: string, claim: { status: 'releasing'; reason: string } | { status: 'committing' }): Promise<boolean>;
}

export interface Reservations {
  readonly aggregates: Aggregates<Reservation>;
  readonly claims: Claims;
}

export function reservationStore(database: Connection, stock: Stock): Reservations {
  const model = aggregateModel<Reservation>(database, 'reservations', {
    status: { type: String, required: true },
    lines: { type: [line], required: true },
    holdUntil: Date,
    shortages: { type: [shortage], default: undefined },
    reason: String,
  });
  const aggregates = mongooseAggregates<Reservation>(model);
  return {
    aggregates: {
      ...aggregates,
      load: async (id, eventId) => {
        const loaded = await aggregates.load(id, eventId);
        if (loaded?.said) await dropStaleHolds(stock, id, loaded);
        return loaded;
      },
    },
    claims: {
      reject: (orderId, lines, shortages) =>
        inserted(model, { _id: orderId, revision: 1, handled: {}, status: 'rejecting', lines, shortages }),
      end: async (orderId, claim) => {
        const { matchedCount } = await model.updateOne(
          { _id: orderId, status: 'held' } as never,
          { $set: claim, $inc: { revision: 1 } } as never,
        );
        return matchedCount === 1;
      },
    },
  };
}

/**
 * A try that the broker gave up on may still have been running and have held stock after the reservation ended.
 * It always comes back here, since its message was handled by another: nothing ended may hold anything.
 */
async function dropStaleHolds(stock: Stock, orderId: string, { state }: Loaded<Reservation>): Promise<void> {
  switch (state.status) {
    case 'held':
      return;
    case 'rejected':
    case 'released':
    case 'committed':
      return stock.giveBack(orderId, state.lines);
    case 'rejecting':
    case 'releasing':
    case 'committing':
      throw new NotYetError(`the reservation is ${state.status}`);
  }
}

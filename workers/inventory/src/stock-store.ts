import type { QuantityLine } from '@orderflow/contracts';
import { isDuplicateOf, PermanentError } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import type { Shortage } from './decide-reservation.ts';

/** The stock of one SKU. Every change to it is one guarded, idempotent write of this one document. */
export interface StockDocument {
  /** The SKU. */
  _id: string;
  /** In the warehouse, held or not. */
  onHand: number;
  held: number;
  /** `onHand - held`, kept so that the write itself can be guarded by it. */
  available: number;
  /** Quantity by order id. */
  holds: Record<string, number>;
  /** Raised by every change. */
  version: number;
  /** Set by every change, until that version was announced. */
  unannounced?: true;
}

export type StockLevel = Omit<StockDocument, 'holds' | 'unannounced'>;

export interface Stock {
  /**
   * Holds all lines or finds the shortages, taking the SKUs in one order so that two orders never wait with half
   * of what the other needs. What it held before a shortage stays held: the caller gives it back.
   */
  hold(orderId: string, lines: readonly QuantityLine[], signal: AbortSignal): Promise<readonly Shortage[]>;
  /** Makes available again what the order holds; what it doesn't hold is left alone. */
  giveBack(orderId: string, lines: readonly QuantityLine[], signal?: AbortSignal): Promise<void>;
  /** Takes out of the warehouse what the order holds; what it doesn't hold is left alone. */
  take(orderId: string, lines: readonly QuantityLine[], signal?: AbortSignal): Promise<void>;
  /** Adds SKUs that aren't there; those that are stay as they are, whichever replica came first. */
  add(levels: readonly { sku: string; onHand: number }[]): Promise<number>;
  levels(skus: readonly string[]): Promise<StockLevel[]>;
  /** SKUs whose latest version wasn't announced: those given, or any. */
  unannounced(skus?: readonly string[]): Promise<StockLevel[]>;
  /** Marks exactly these versions as announced; a newer one stays to be announced. */
  markAnnounced(levels: readonly StockLevel[]): Promise<void>;
  /** Is told of every SKU that this process changes. */
  onChange(listener: (sku: string) => void): void;
}

/** So many `unannounced` returns at most. */
export const UNANNOUNCED_BATCH = 500;
const withoutHolds = { onHand: 1, held: 1, available: 1, version: 1 } as const;
const change = { $set: { unannounced: true } } as const;

const stockSchema = new Schema(
  {
    _id: { type: String, required: true },
    onHand: { type: Number, required: true },
    held: { type: Number, required: true },
    available: { type: Number, required: true },
    holds: { type: Schema.Types.Mixed, required: true },
    version: { type: Number, required: true },
    unannounced: { type: Boolean, index: { sparse: true } },
  },
  { collection: 'stock', strict: 'throw', minimize: false, versionKey: false },
);

/** Keeps the stock in collection `stock`. */
export function stockStore(database: Connection): Stock {
  const model = database.model<StockDocument>('stock', stockSchema);
  const listeners: ((sku: string) => void)[] = [];

  const write = async (filter: { _id: string }, update: object): Promise<boolean> => {
    const { matchedCount } = await model.updateOne(filter as never, update);
    if (matchedCount === 1) for (const listener of listeners) listener(filter._id);
    return matchedCount === 1;
  };

  /** Undefined when held; else what is available instead. */
  const holdOne = async (orderId: string, line: QuantityLine, signal: AbortSignal): Promise<number | undefined> => {
    const { sku, quantity } = line;
    const hold = holdOf(orderId);
    for (;;) {
      signal.throwIfAborted();
      const done = await write({ _id: sku, available: { $gte: quantity }, [hold]: { $exists: false } } as never, {
        $inc: { available: -quantity, held: quantity, version: 1 },
        $set: { ...change.$set, [hold]: quantity },
      });
      if (done) return undefined;
      const found = await model.findById(sku, { available: 1, [hold]: 1 }).lean<StockDocument>();
      if (!found) return 0;
      const already = found.holds?.[orderId];
      if (already === quantity) return undefined;
      if (already !== undefined) throw new PermanentError(`${orderId} holds ${already} of ${sku}, not ${quantity}`);
      // Otherwise somebody gave some back between the write and the look: try again.
      if (found.available < quantity) return found.available;
    }
  };

  const levels: Stock['levels'] = (skus) => model.find({ _id: { $in: skus } }, withoutHolds).lean<StockLevel[]>();

  /** A plain insert, so that of several replicas one adds it and none can overwrite what has been held since. */
  const insert = async (sku: string, onHand: number): Promise<boolean> => {
    try {
      await model.create([
        { _id: sku, onHand, held: 0, available: onHand, holds: {}, version: 1, unannounced: true } as never,
      ]);
      return true;
    } catch (error) {
      if (isDuplicateOf(error, '_id')) return false;
      throw error;
    }
  };

  return {
    hold: async (orderId, lines, signal) => {
      const ordered = lines.toSorted((a, b) => (a.sku < b.sku ? -1 : 1));
      for (const [index, line] of ordered.entries()) {
        const available = await holdOne(orderId, line, signal);
        if (available === undefined) continue;
        const rest = ordered.slice(index + 1);
        const known = new Map((await levels(rest.map(({ sku }) => sku))).map((level) => [level._id, level.available]));
        const alsoShort = rest
          .map(({ sku, quantity }) => ({ sku, requested: quantity, available: known.get(sku) ?? 0 }))
          .filter((other) => other.available < other.requested);
        return [{ sku: line.sku, requested: line.quantity, available }, ...alsoShort];
      }
      return [];
    },

    giveBack: async (orderId, lines, signal) => {
      const hold = holdOf(orderId);
      for (const { sku, quantity } of lines) {
        signal?.throwIfAborted();
        await write({ _id: sku, [hold]: quantity } as never, {
          $inc: { available: quantity, held: -quantity, version: 1 },
          $unset: { [hold]: 1 },
          ...change,
        });
      }
    },

    take: async (orderId, lines, signal) => {
      const hold = holdOf(orderId);
      for (const { sku, quantity } of lines) {
        signal?.throwIfAborted();
        await write({ _id: sku, [hold]: quantity } as never, {
          $inc: { onHand: -quantity, held: -quantity, version: 1 },
          $unset: { [hold]: 1 },
          ...change,
        });
      }
    },

    add: async (added) => {
      const there = new Set((await levels(added.map(({ sku }) => sku))).map(({ _id }) => _id));
      const missing = added.filter(({ sku }) => !there.has(sku));
      return (await Promise.all(missing.map((one) => insert(one.sku, one.onHand)))).filter(Boolean).length;
    },

    levels,
    unannounced: (skus) =>
      model
        .find({ ...(skus ? { _id: { $in: skus } } : {}), unannounced: true }, withoutHolds)
        .limit(UNANNOUNCED_BATCH)
        .lean<StockLevel[]>(),
    markAnnounced: async (announced) => {
      const marks = announced.map(({ _id, version }) => ({
        updateOne: { filter: { _id, version }, update: { $unset: { unannounced: 1 as const } } },
      }));
      if (marks.length > 0) await model.bulkWrite(marks, { ordered: false });
    },
    onChange: (listener) => listeners.push(listener),
  };
}

/** The hold's path; an id with a dot in it would be another path. */
function holdOf(orderId: string): string {
  if (!/^[\w-]+$/.test(orderId)) throw new PermanentError(`Not an order id: "${orderId}"`);
  return `holds.${orderId}`;
}

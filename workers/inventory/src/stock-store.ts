import type { StockMovement } from '@orderflow/contracts';
import { batched, batchesOf, type GuardedUpdate } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import type { OrderOffer } from './decide-plan.ts';
import type { Hold, StockedLine } from './reservation.ts';
import { staffMoves } from './staff-moves.ts';
import type { StockDocument, UnsaidMove } from './stock-document.ts';
import { type StockLevels, stockLevels } from './stock-levels.ts';
import { type Guard, type Marks, nameIn, type OpeningStock, stockId } from './stock-write.ts';

export interface Stock extends StockLevels {
  /** What every warehouse has of these SKUs, with what the order holds of it already. */
  offersFor(orderId: string, skus: readonly string[]): Promise<OrderOffer[]>;
  /**
   * Holds it for the order. A hold that the order has there from an older plan becomes this one. False: not enough is
   * available, or a newer plan holds it.
   */
  hold(orderId: string, hold: Hold): Promise<boolean>;
  /** Everything that the order holds: of these SKUs, or of any. */
  holdsOf(orderId: string, skus?: readonly string[]): Promise<Hold[]>;
  /** Makes the hold that the order has there from this plan as small as this, and the rest available; nothing if it is not larger. */
  shrink(orderId: string, hold: Hold): Promise<void>;
  /** Makes exactly this hold available again; nothing if it isn't there. */
  release(orderId: string, hold: Hold): Promise<void>;
  /** Takes exactly this hold out of the warehouse; nothing if it isn't there. */
  take(orderId: string, hold: Hold): Promise<void>;
  /** Puts goods that had left back on the shelf, once for each refund; also where the SKU never was. */
  restock(refundId: string, line: StockedLine): Promise<void>;
  /** Removes the mark of a refund that cannot be tried any more, and keeps the sum. */
  removeMark(refundId: string, line: StockedLine): Promise<void>;
  /** Books what staff say, once for each movement id; never below what is held. False: it was refused. */
  book(movement: StockMovement): Promise<boolean>;
  /** What became of movements, and is not published yet. */
  unsaidMoves(): Promise<UnsaidMove[]>;
  moveSaid(move: UnsaidMove): Promise<void>;
  /** Has every level announced again that was written by a version that did not know of warehouses. */
  announceAnew(): Promise<void>;
  /** Adds what isn't there; what is stays as it is, whichever replica came first. */
  add(opening: readonly OpeningStock[]): Promise<number>;
  /** Called with every SKU that this process changes. */
  onChange(listener: (sku: string) => void): void;
}

const whole = { type: Number, required: true };
const byId = { type: Schema.Types.Mixed, required: true };
const stockSchema = new Schema(
  {
    _id: { type: String, required: true },
    sku: { type: String, required: true, index: true },
    warehouse: { type: String, required: true },
    initial: whole,
    committed: whole,
    restocked: whole,
    adjusted: Number,
    onHand: whole,
    held: whole,
    available: whole,
    holds: byId,
    plans: byId,
    restocks: byId,
    moves: { type: Schema.Types.Mixed },
    unsaid: { type: Schema.Types.Mixed },
    version: whole,
    unannounced: { type: Boolean, index: { sparse: true } },
  },
  { collection: 'stock', strict: 'throw', minimize: false, versionKey: false },
);

/** Keeps the stock in collection `stock`. */
export function stockStore(database: Connection): Stock {
  const model = database.model<StockDocument>('stock', stockSchema);
  const batches = batchesOf<StockDocument>(model);
  const listeners: ((sku: string) => void)[] = [];

  /** Whether the document was as the guard wants it. */
  const write = async (
    of: { sku: string; warehouse: string },
    guard: Guard,
    add: object,
    { confirm, ...marks }: Marks,
  ) => {
    const change = {
      $inc: { ...add, version: 1 },
      $set: { ...marks.set, unannounced: true },
      ...(marks.unset && { $unset: marks.unset }),
    };
    const done = await batches.update({ id: stockId(of), guard, change, confirm });
    if (done) for (const listener of listeners) listener(of.sku);
    return done;
  };

  /** A plain insert, so that of several replicas one adds it and none can overwrite what has been held since. */
  const insert = ({ sku, warehouse, onHand }: OpeningStock): Promise<boolean> => {
    const level = {
      initial: onHand,
      committed: 0,
      restocked: 0,
      adjusted: 0,
      onHand,
      held: 0,
      available: onHand,
      version: 1,
    };
    const marks = { holds: {}, plans: {}, restocks: {}, unannounced: true as const };
    return batches.insert({ _id: stockId({ sku, warehouse }), sku, warehouse, ...level, ...marks });
  };

  const readOffers = batched<{ orderId: string; skus: readonly string[] }, OrderOffer[]>(database, async (asked) => {
    const skus = [...new Set(asked.flatMap((one) => one.skus))];
    const paths = asked.flatMap(({ orderId }) => Object.values(pathsOf(orderId)));
    const fields = Object.fromEntries(['sku', 'warehouse', 'available', ...paths].map((name) => [name, 1]));
    const found = await model.find({ sku: { $in: skus } }, fields).lean<StockDocument[]>();
    return asked.map((question) =>
      found
        .filter(({ sku }) => question.skus.includes(sku))
        .map((one) => {
          const own = ownHold(one, question.orderId);
          return { sku: one.sku, warehouse: one.warehouse, available: one.available, ...(own && { own }) };
        }),
    );
  });

  return {
    ...stockLevels(model),

    offersFor: (orderId, skus) => readOffers({ orderId, skus }),

    hold: async (orderId, hold) => {
      const { holds, plans } = pathsOf(orderId);
      const { quantity, plan } = hold;
      const set = { [holds]: quantity, ...(plan > 0 && { [plans]: plan }) };
      const marks = { set, confirm: confirmHold(orderId, hold) };
      for (;;) {
        const enough = { available: { $gte: quantity }, [holds]: { $exists: false } };
        if (await write(hold, enough, { available: -quantity, held: quantity }, marks)) return true;

        const found = await model
          .findById(stockId(hold), { available: 1, [holds]: 1, [plans]: 1 })
          .lean<StockDocument>();
        if (!found) return false;
        const own = ownHold(found, orderId);
        if (own?.plan === plan) return own.quantity === quantity;
        if (own && own.plan > plan) return false;
        const more = quantity - (own?.quantity ?? 0);
        if (found.available < more) return false;
        if (own) {
          const older = { ...exactly(orderId, own), available: { $gte: more } };
          if (await write(hold, older, { available: -more, held: more }, marks)) return true;
        }
        // Otherwise somebody was there between the write and the read: try again.
      }
    },

    holdsOf: async (orderId, skus) => {
      const { holds, plans } = pathsOf(orderId);
      const filter = { ...(skus && { sku: { $in: skus } }), [holds]: { $exists: true } };
      const found = await model
        .find(filter as never, { sku: 1, warehouse: 1, [holds]: 1, [plans]: 1 })
        .lean<StockDocument[]>();
      return found.flatMap((one) => {
        const own = ownHold(one, orderId);
        return own ? [{ sku: one.sku, warehouse: one.warehouse, ...own }] : [];
      });
    },

    shrink: async (orderId, hold) => {
      const { holds, plans } = pathsOf(orderId);
      const marks = { set: { [holds]: hold.quantity }, confirm: confirmHold(orderId, hold) };
      for (;;) {
        const found = await model.findById(stockId(hold), { [holds]: 1, [plans]: 1 }).lean<StockDocument>();
        const own = found ? ownHold(found, orderId) : undefined;
        if (!own || own.plan !== hold.plan || own.quantity <= hold.quantity) return;
        const less = own.quantity - hold.quantity;
        if (await write(hold, exactly(orderId, own), { available: less, held: -less }, marks)) return;
        // Otherwise somebody was there between the read and the write: look again.
      }
    },

    release: async (orderId, hold) => {
      const { quantity } = hold;
      await write(hold, exactly(orderId, hold), { available: quantity, held: -quantity }, withoutHold(orderId));
    },

    take: async (orderId, hold) => {
      const gone = { onHand: -hold.quantity, held: -hold.quantity, committed: hold.quantity };
      await write(hold, exactly(orderId, hold), gone, withoutHold(orderId));
    },

    restock: async (refundId, line) => {
      const { quantity } = line;
      const mark = markOf(refundId);
      const back = { onHand: quantity, available: quantity, restocked: quantity };
      const marks = { set: { [mark]: quantity }, confirm: confirmRestock(refundId, true) };
      const putBack = () => write(line, { [mark]: { $exists: false } }, back, marks);
      if (await putBack()) return;
      // It is back already, or the warehouse never had the SKU; somebody who adds it may stop before it is put back.
      await insert({ ...line, onHand: 0 });
      await putBack();
    },

    removeMark: async (refundId, line) => {
      const mark = markOf(refundId);
      const marks = { unset: { [mark]: 1 }, confirm: confirmRestock(refundId, false) };
      await write(line, { [mark]: line.quantity }, { 'restocks.earlier': line.quantity }, marks);
    },

    ...staffMoves(model, { write, insert }),

    add: async (opening) => {
      const ids = opening.map(stockId);
      const there = await model.find({ _id: { $in: ids } }, { _id: 1 }).lean<{ _id: string }[]>();
      const known = new Set(there.map(({ _id }) => _id));
      const missing = opening.filter((one) => !known.has(stockId(one)));
      return (await Promise.all(missing.map(insert))).filter(Boolean).length;
    },

    onChange: (listener) => listeners.push(listener),
  };
}

const markOf = (refundId: string) => `restocks.${nameIn(refundId)}`;
const pathsOf = (orderId: string) => ({ holds: `holds.${nameIn(orderId)}`, plans: `plans.${nameIn(orderId)}` });

function ownHold({ holds, plans }: StockDocument, orderId: string): Pick<Hold, 'quantity' | 'plan'> | undefined {
  const quantity = holds?.[orderId];
  return quantity === undefined ? undefined : { quantity, plan: plans?.[orderId] ?? 0 };
}

function exactly(orderId: string, { quantity, plan }: Pick<Hold, 'quantity' | 'plan'>) {
  const { holds, plans } = pathsOf(orderId);
  return { [holds]: quantity, [plans]: plan > 0 ? plan : { $exists: false } };
}

const confirmHold = (
  orderId: string,
  { quantity, plan }: Pick<Hold, 'quantity' | 'plan'>,
): GuardedUpdate['confirm'] => ({
  fields: Object.values(pathsOf(orderId)),
  wasApplied: (document) => {
    const own = ownHold(document as unknown as StockDocument, orderId);
    return own?.quantity === quantity && own.plan === plan;
  },
});

function withoutHold(orderId: string): Marks {
  const { holds, plans } = pathsOf(orderId);
  const wasApplied: Marks['confirm']['wasApplied'] = (document) =>
    !ownHold(document as unknown as StockDocument, orderId);
  return { unset: { [holds]: 1, [plans]: 1 }, confirm: { fields: [holds, plans], wasApplied } };
}

const confirmRestock = (refundId: string, isThere: boolean): GuardedUpdate['confirm'] => ({
  fields: [markOf(refundId)],
  wasApplied: ({ restocks }) => refundId in ((restocks as object | undefined) ?? {}) === isThere,
});

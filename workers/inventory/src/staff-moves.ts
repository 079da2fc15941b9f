import type { StockMovement } from '@orderflow/contracts';
import type { Model } from 'mongoose';
import type { StockDocument, UnsaidMove } from './stock-document.ts';
import { type Guard, type Marks, nameIn, type OpeningStock, stockId } from './stock-write.ts';

interface Writes {
  write(of: { sku: string; warehouse: string }, guard: Guard, add: object, marks: Marks): Promise<boolean>;
  insert(opening: OpeningStock): Promise<boolean>;
}

/** A movement's part in one warehouse, and the fact that is said with it. */
interface Leg {
  readonly movement: StockMovement;
  readonly warehouse: string;
  readonly quantity: number;
  readonly isLast: boolean;
}

const UNSAID_BATCH = 100;

/**
 * What staff book: goods that arrived, corrected counts, transfers. The mark is in the write that moves the stock, or that
 * refuses to, so however often a movement is heard of, it ends one way.
 */
export function staffMoves(model: Model<StockDocument>, { write, insert }: Writes) {
  /** @returns how much was booked; 0: it was refused */
  const bookLeg = async ({ movement, warehouse, quantity, isLast }: Leg): Promise<number> => {
    const { movementId, sku } = movement;
    const [mark, unsaid] = [`moves.${nameIn(movementId)}`, `unsaid.${movementId}`];
    const marksOf = (booked: number, fact: UnsaidMove | undefined): Marks => ({
      set: { [mark]: booked, ...(fact && { [unsaid]: fact }) },
      confirm: {
        fields: [mark],
        wasApplied: ({ moves }) => (moves as StockDocument['moves'])?.[movementId] === booked,
      },
    });
    const unmarked = { [mark]: { $exists: false } };
    for (;;) {
      const found = await model.findById(stockId({ sku, warehouse }), { moves: 1, available: 1 }).lean<StockDocument>();
      if (!found) {
        await insert({ sku, warehouse, onHand: 0 });
        continue;
      }
      const booked = found.moves?.[movementId];
      if (booked !== undefined) return booked;
      const { available } = found;
      if (available + quantity < 0) {
        const short = { ...unmarked, available: { $lt: -quantity } };
        if (await write({ sku, warehouse }, short, {}, marksOf(0, { ...movement, available }))) return 0;
        continue;
      }
      const enough = { ...unmarked, available: { $gte: -quantity } };
      const moved = { onHand: quantity, available: quantity, adjusted: quantity };
      if (await write({ sku, warehouse }, enough, moved, marksOf(quantity, isLast ? movement : undefined)))
        return quantity;
      // Otherwise somebody was there between the read and the write: look again.
    }
  };

  return {
    book: async (movement: StockMovement): Promise<boolean> => {
      const { warehouse, to, quantity } = movement;
      if (to === undefined) return (await bookLeg({ movement, warehouse, quantity, isLast: true })) !== 0;
      // Out first: goods that are nowhere for a moment are sold to nobody.
      if ((await bookLeg({ movement, warehouse, quantity: -quantity, isLast: false })) === 0) return false;
      return (await bookLeg({ movement, warehouse: to, quantity, isLast: true })) !== 0;
    },

    unsaidMoves: async (): Promise<UnsaidMove[]> => {
      const found = await model
        .find({ unannounced: true, unsaid: { $exists: true } } as never, { unsaid: 1 })
        .limit(UNSAID_BATCH)
        .lean<StockDocument[]>();
      return found.flatMap(({ unsaid = {} }) => Object.values(unsaid));
    },

    moveSaid: async ({ movementId, sku, warehouse, to, available }: UnsaidMove): Promise<void> => {
      const at = available === undefined && to !== undefined ? to : warehouse;
      await model.updateOne({ _id: stockId({ sku, warehouse: at }) }, { $unset: { [`unsaid.${movementId}`]: 1 } });
    },

    announceAnew: async (): Promise<void> => {
      const before = { adjusted: { $exists: false } };
      await model.updateMany(before, { $set: { adjusted: 0, unannounced: true }, $inc: { version: 1 } });
    },
  };
}

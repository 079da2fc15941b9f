import { randomUUID } from 'node:crypto';
import type { QuantityLine } from '@orderflow/contracts';
import { batched, batchesOf } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import type { BuyerKey } from '../orders/buyer-key.ts';

/** An order, or another card for one, that is about to be stored. */
export interface Claim {
  /** What it is for: the same order sent twice at once is one order. */
  readonly of: string;
  readonly buyer: readonly BuyerKey[];
  readonly lines: readonly QuantityLine[];
}

interface ClaimDocument extends Claim {
  readonly _id: string;
  /** The process that makes it. */
  readonly by: string;
  readonly at: Date;
}

interface Asked {
  readonly claim: Claim;
  readonly now: Date;
}

/** By then its process has stored the order, or has died. */
const LIFE_SECONDS = 30;

export type ClaimStore = ReturnType<typeof createClaimStore>;

/**
 * What is about to be ordered, so that many requests at once see each other: a claim is written before its maker counts,
 * and goes once the order, which is counted instead, is stored. Of two claims of one process the earlier one does
 * not count the later one; of two processes both count both, so that never too much gets through.
 */
export function createClaimStore(database: Connection) {
  const text = { type: String, required: true } as const;
  const model = database.model(
    'claims',
    new Schema<ClaimDocument>(
      {
        _id: text,
        of: text,
        by: text,
        buyer: { type: [String], required: true },
        lines: { type: [Schema.Types.Mixed], required: true },
        at: { type: Date, required: true },
      },
      { collection: 'claims', strict: 'throw', versionKey: false } as const,
    )
      .index({ buyer: 1 })
      .index({ at: 1 }, { expireAfterSeconds: LIFE_SECONDS }),
  );
  const batches = batchesOf<ClaimDocument>(model as never);
  const by = randomUUID();
  const elsewhere = batched<Asked, Claim[]>(database, async (asked) => {
    const buyer = [...new Set(asked.flatMap(({ claim }) => claim.buyer))];
    const since = new Date(Math.min(...asked.map(({ now }) => now.getTime())) - LIFE_SECONDS * 1_000);
    const filter = { buyer: { $in: buyer }, by: { $ne: by }, at: { $gt: since } };
    const found = (await model.collection.find(filter as never).toArray()) as unknown as ClaimDocument[];
    return asked.map(({ claim }) => found.filter((one) => one.buyer.some((key) => claim.buyer.includes(key))));
  });
  /** Our own, the earlier ones first. */
  const live = new Set<Claim>();

  return {
    /** Writes a claim down. `others`: the claims to be counted before it; read orders only afterwards. */
    async make(claim: Claim, now: Date): Promise<{ others(): Promise<Claim[]>; end(): void }> {
      const before = [...live];
      live.add(claim);
      const _id = randomUUID();
      const end = () => {
        live.delete(claim);
        // One that stays counts for nothing beside its order, and expires.
        batches.remove(_id).catch(() => {});
      };
      try {
        await batches.insert({ _id, ...claim, by, at: now });
      } catch (error) {
        live.delete(claim);
        throw error;
      }
      return {
        end,
        others: async () => {
          const here = before.filter((one) => live.has(one));
          return [...here, ...(await elsewhere({ claim, now }))];
        },
      };
    },
  };
}

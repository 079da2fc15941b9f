import { type Connection, mongo, Schema } from 'mongoose';
import type { Delivered } from './correspondence.ts';
import { type LedgerEntry, NOBODY } from './decide-send.ts';

/** Who may send which message, and how it ended. Every change is guarded by the claim it was decided on. */
export interface SendLedger {
  /**
   * Claims the message if nobody has; the entry says who has it now.
   * @param body kept for later tries, where the provider knows a message by its words
   */
  claim(id: string, claimId: string, body?: string): Promise<LedgerEntry>;
  /** Settles it as dropped if nobody has claimed it, so that whoever is slow does not send it; the entry there is now. */
  bar(id: string, reason: string): Promise<LedgerEntry>;
  /** Null: nobody has tried to send it. */
  entryOf(id: string): Promise<LedgerEntry | null>;
  /** False: somebody else did, or it is settled. */
  takeOver(id: string, from: string, claimId: string): Promise<boolean>;
  settle(id: string, claimId: string, delivered: Delivered): Promise<void>;
  /** The try may have reached the provider. */
  doubt(id: string, claimId: string): Promise<void>;
  /** The try certainly did not. */
  release(id: string, claimId: string): Promise<void>;
  /** Whether a message of this order was sent, or may have been, and is none of those with these providers' ids. */
  hasOthers(orderId: string, providerIds: readonly string[]): Promise<boolean>;
}

type Entry = LedgerEntry & { _id: string };

/** Keeps the ledger in the collection `sends`; `_id` is `<order>:<kind>[.<occasion>]:<channel>`. */
export function sendLedger(database: Connection, clock: () => Date = () => new Date()): SendLedger {
  const sends = database.model<Entry>(
    'sends',
    new Schema(
      {
        _id: { type: String, required: true },
        state: { type: String, required: true },
        claimId: { type: String, required: true },
        at: { type: Date, required: true },
        since: { type: Date },
        body: { type: String },
        delivered: { type: Schema.Types.Mixed },
      },
      { collection: 'sends', versionKey: false, strict: 'throw' },
    ),
  );
  /** The entry, or else this one. */
  const known = async (id: string, fresh: () => LedgerEntry): Promise<LedgerEntry> => {
    for (;;) {
      const entry = await sends.findById(id).lean<Entry>();
      if (entry) return entry;
      const mine = fresh();
      if (await inserted(() => sends.create([{ _id: id, ...mine }]))) return mine;
    }
  };
  const held = (id: string, claimId: string) => ({ _id: id, claimId, state: { $ne: 'settled' } }) as const;

  return {
    claim: (id, claimId, body) =>
      known(id, () => {
        const now = clock();
        return { state: 'sending', claimId, at: now, since: now, ...(body === undefined ? {} : { body }) };
      }),
    bar: (id, reason) =>
      known(id, () => ({
        state: 'settled',
        claimId: NOBODY,
        at: clock(),
        delivered: { outcome: 'dropped', reason },
      })),
    entryOf: (id) => sends.findById(id).lean<Entry>(),
    async takeOver(id, from, claimId) {
      const change = { $set: { state: 'sending', claimId, at: clock() } };
      return (await sends.updateOne(held(id, from), change)).matchedCount === 1;
    },
    async settle(id, claimId, delivered) {
      await sends.updateOne(held(id, claimId), { $set: { state: 'settled', delivered, at: clock() } });
    },
    async doubt(id, claimId) {
      await sends.updateOne(held(id, claimId), { $set: { state: 'unsure', at: clock() } });
    },
    async release(id, claimId) {
      await sends.deleteOne(held(id, claimId));
    },
    async hasOthers(orderId, providerIds) {
      // What begins with `<order id>:`; a semicolon follows a colon.
      const entries = await sends.find({ _id: { $gt: `${orderId}:`, $lt: `${orderId};` } }).lean<Entry[]>();
      return entries.some((entry) => {
        if (entry.state !== 'settled') return true;
        return entry.delivered.outcome === 'sent' && !providerIds.includes(entry.delivered.providerId);
      });
    },
  };
}

async function inserted(insert: () => Promise<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === 11_000) return false;
    throw error;
  }
}

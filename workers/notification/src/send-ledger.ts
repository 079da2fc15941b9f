import { batchesOf } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
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
  const batches = batchesOf<Entry>(sends);
  const entryOf = (id: string) => batches.find(id, ['state', 'claimId', 'at', 'since', 'body', 'delivered']);
  /** The entry that is there, or else this one. */
  const known = async (_id: string, fresh: () => LedgerEntry): Promise<LedgerEntry> => {
    for (;;) {
      const mine = fresh();
      if (await batches.insert({ _id, ...mine })) return mine;
      const entry = await entryOf(_id);
      if (entry) return entry;
    }
  };
  /** False: somebody else holds the claim, or it is settled. */
  const change = (
    id: string,
    from: string,
    to: { state: LedgerEntry['state']; claimId?: string; delivered?: Delivered },
  ) =>
    batches.update({
      id,
      guard: { claimId: from, state: { $ne: 'settled' } },
      change: { $set: { ...to, at: clock() } },
      trace: {
        fields: ['claimId', 'state'],
        isIn: (one) => one.claimId === (to.claimId ?? from) && one.state === to.state,
      },
    });

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
    entryOf,
    takeOver: (id, from, claimId) => change(id, from, { state: 'sending', claimId }),
    settle: async (id, claimId, delivered) => void (await change(id, claimId, { state: 'settled', delivered })),
    doubt: async (id, claimId) => void (await change(id, claimId, { state: 'unsure' })),
    release: async (id, claimId) => {
      await sends.deleteOne({ _id: id, claimId, state: { $ne: 'settled' } });
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

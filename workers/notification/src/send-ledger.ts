import { batchesOf } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';
import type { SendOutcome } from './correspondence.ts';
import { type LedgerEntry, NOBODY } from './decide-send.ts';

/**
 * Who may send which message, and how it ended. Every change is guarded by the claim it was decided on.
 * `at` is the time of the change, by the handler's clock.
 */
export interface SendLedger {
  /**
   * Claims the message if nobody has; the entry says who has it now.
   * @param body kept for later tries, where the provider knows a message by its words
   */
  claim(id: string, claimId: string, at: Date, body?: string): Promise<LedgerEntry>;
  /** Settles it as dropped if nobody has claimed it, so that whoever is slow does not send it; the entry there is now. */
  bar(id: string, reason: string, at: Date): Promise<LedgerEntry>;
  /** Null: nobody has tried to send it. */
  entryOf(id: string): Promise<LedgerEntry | null>;
  /** False: somebody else did, or it is settled. */
  takeOver(id: string, from: string, claimId: string, at: Date): Promise<boolean>;
  settle(id: string, claimId: string, outcome: SendOutcome, at: Date): Promise<void>;
  /** The try may have reached the provider until then. */
  markUnsure(id: string, claimId: string, at: Date): Promise<void>;
  /** The try certainly did not. */
  release(id: string, claimId: string): Promise<void>;
  /** Whether a message of this order was sent, or may have been, and is none of those with these providers' ids. */
  hasOthers(orderId: string, providerIds: readonly string[]): Promise<boolean>;
  /** No message of this order is sent any more, and nothing tells what was in those that were. */
  erase(orderId: string, reason: string, at: Date): Promise<void>;
}

type Entry = LedgerEntry & { _id: string };

/** Keeps the ledger in the collection `sends`; `_id` is `<order>:<kind>[.<occasion>]:<channel>`. */
export function sendLedger(database: Connection): SendLedger {
  const sends = database.model<Entry>(
    'sends',
    new Schema(
      {
        _id: { type: String, required: true },
        state: { type: String, required: true },
        claimId: { type: String, required: true },
        at: { type: Date, required: true },
        since: { type: Date },
        /** Until it is settled. */
        body: { type: String },
        delivered: { type: Schema.Types.Mixed },
      },
      { collection: 'sends', versionKey: false, strict: 'throw' },
    ),
  );
  const batches = batchesOf<Entry>(sends);
  const entryOf = (id: string) => batches.find(id, ['state', 'claimId', 'at', 'since', 'body', 'delivered']);
  /** The entry that is there, or else this one. */
  const known = async (_id: string, mine: LedgerEntry): Promise<LedgerEntry> => {
    for (;;) {
      if (await batches.insert({ _id, ...mine })) return mine;
      const entry = await entryOf(_id);
      if (entry) return entry;
    }
  };
  /** False: somebody else holds the claim, or it is settled. */
  const change = (
    id: string,
    from: string,
    to: { state: LedgerEntry['state']; at: Date; claimId?: string; delivered?: SendOutcome },
  ) =>
    batches.update({
      id,
      guard: { claimId: from, state: { $ne: 'settled' } },
      // Nobody looks for it by its words any more.
      change: { $set: to, ...(to.state === 'settled' && { $unset: { body: 1 } }) },
      confirm: {
        fields: ['claimId', 'state'],
        wasApplied: (one) => one.claimId === (to.claimId ?? from) && one.state === to.state,
      },
    });

  return {
    claim: (id, claimId, at, body) =>
      known(id, { state: 'sending', claimId, at, since: at, ...(body === undefined ? {} : { body }) }),
    bar: (id, reason, at) =>
      known(id, { state: 'settled', claimId: NOBODY, at, delivered: { outcome: 'dropped', reason } }),
    entryOf,
    takeOver: (id, from, claimId, at) => change(id, from, { state: 'sending', claimId, at }),
    settle: async (id, claimId, delivered, at) => void (await change(id, claimId, { state: 'settled', delivered, at })),
    markUnsure: async (id, claimId, at) => void (await change(id, claimId, { state: 'unsure', at })),
    release: async (id, claimId) => {
      await sends.deleteOne({ _id: id, claimId, state: { $ne: 'settled' } });
    },
    async erase(orderId, reason, at) {
      const _id = ofOrder(orderId);
      const dropped = { state: 'settled', at, delivered: { outcome: 'dropped', reason } } as const;
      await sends.updateMany({ _id, state: { $ne: 'settled' } }, { $set: dropped });
      await sends.updateMany({ _id, 'delivered.outcome': { $ne: 'sent' } }, { $set: { 'delivered.reason': reason } });
      await sends.updateMany({ _id }, { $unset: { body: 1 } });
    },
    async hasOthers(orderId, providerIds) {
      const entries = await sends.find({ _id: ofOrder(orderId) }).lean<Entry[]>();
      return entries.some((entry) => {
        if (entry.state !== 'settled') return true;
        return entry.delivered.outcome === 'sent' && !providerIds.includes(entry.delivered.providerId);
      });
    },
  };
}

/** What begins with `<order id>:`; a semicolon follows a colon. */
const ofOrder = (orderId: string) => ({ $gt: `${orderId}:`, $lt: `${orderId};` });

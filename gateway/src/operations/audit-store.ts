import { ERASED, newId } from '@orderflow/contracts';
import { errorMessage, type Logger } from '@orderflow/runtime';
import { type Connection, Schema } from 'mongoose';

export interface AuditEntry {
  readonly at: Date;
  /** Role and id, e.g. `staff:carol`. */
  readonly actor: string;
  /** The procedure that was called. */
  readonly action: string;
  /** What it was about: an order, a customer, a queue. */
  readonly subject: string;
  readonly input: unknown;
}

/** `begun`: the process ended before it could say what came of it. `effect`: what was done, where the input cannot say. */
export type AuditOutcome = { readonly effect?: unknown } & (
  | { readonly outcome: 'done' }
  | { readonly outcome: 'refused'; readonly reason: string }
);

export type AuditLog = ReturnType<typeof createAuditLog>;

const MAX_TEXT = 500;
const MAX_DEPTH = 5;
const MAX_ENTRIES = 100;
/** Whoever is to be erased is not to be found here afterwards. */
const SECRET = /secret|token|password|authorization|card|^customer$/i;

/**
 * Who wanted what and what came of it, in the collection `audit`. Entries are never changed once they are complete, but that
 * what is erased leaves them too: what was done stays, and by which of the staff.
 */
export function createAuditLog(database: Connection, log: Logger) {
  const text = { type: String, required: true } as const;
  const model = database.model(
    'audit',
    new Schema(
      {
        _id: text,
        at: { type: Date, required: true },
        actor: text,
        action: text,
        subject: { type: String, required: true, index: true },
        input: Schema.Types.Mixed,
        outcome: text,
        reason: String,
        effect: Schema.Types.Mixed,
      },
      { collection: 'audit', strict: 'throw', versionKey: false, minimize: false },
    ).index({ actor: 1, at: -1 }),
  );
  return {
    async erase({
      customerIds,
      orderIds,
    }: {
      customerIds: readonly string[];
      orderIds: readonly string[];
    }): Promise<void> {
      const actors = customerIds.flatMap((id) => [`customer:${id}`, `guest:${id}`]);
      const about = [...actors, ...customerIds];
      await model.updateMany({ subject: { $in: [...orderIds, ...about] } }, { $set: { input: ERASED } });
      await model.updateMany({ subject: { $in: about } }, { $set: { subject: ERASED } });
      await model.updateMany({ actor: { $in: actors } }, { $set: { actor: `customer:${ERASED}`, input: ERASED } });
    },

    /** Written before anything is done, so that nothing is done without an entry. Returns what completes it. */
    async begin({ at, actor, action, subject, input }: AuditEntry): Promise<(outcome: AuditOutcome) => Promise<void>> {
      const _id = newId(at);
      await model.create([{ _id, at, actor, action, subject, input: withoutSecrets(input), outcome: 'begun' }]);
      return async (outcome) => {
        await model.updateOne({ _id }, { $set: outcome }).catch((error: unknown) => {
          log.error({ action, subject, error: errorMessage(error) }, 'an audit entry could not be completed');
        });
      };
    },
  };
}

/** What may be kept of an input: no secrets, nothing endless, no field names that a store takes for its own. */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.slice(0, MAX_TEXT);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((one) => withoutSecrets(one, depth + 1));
  const kept = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    kept.map(([name, one]) => [
      isTheirs(name) ? `_${name}` : name.slice(0, MAX_TEXT).replaceAll(/[.$\0]/g, '_'),
      SECRET.test(name) ? '(hidden)' : withoutSecrets(one, depth + 1),
    ]),
  );
}

/** Mongoose and the driver look at what every object has (`constructor`), and at `_bsontype`, to see what they store. */
const isTheirs = (name: string): boolean => name in Object.prototype || name === '_bsontype';

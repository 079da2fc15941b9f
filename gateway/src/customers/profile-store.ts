import {
  CustomerPreferencesChanged,
  createEvent,
  type OrderflowEvent,
  type Preferences,
  preferencesSchema,
  sourceOf,
} from '@orderflow/contracts';
import { aggregateModel, inserted, outboxOf, type Stored } from '@orderflow/runtime';
import { type Connection, type Model, Schema } from 'mongoose';
import { firstOf, type Unreadable } from '../platform/readable.ts';
import { CONFLICT, retryOnConflict } from '../platform/retry-on-conflict.ts';
import { gateway } from '../worker.ts';

/** How a customer wants to be told. `_id` is the customer's. */
export interface Profile {
  readonly preferences: Preferences;
  /** Raised by every change; it is the fact's version. */
  readonly version: number;
}

export type ProfileModel = Model<Stored<Profile>>;

export function profileModel(database: Connection): ProfileModel {
  return aggregateModel<Profile>(database, 'profiles', {
    preferences: { type: Schema.Types.Mixed, required: true },
    version: { type: Number, required: true },
  });
}

interface ChangeContext {
  readonly now: Date;
  readonly region: string;
  readonly traceparent: string;
}

export type ProfileStore = ReturnType<typeof createProfileStore>;

const MAX_TRIES = 20;
const NONE: Preferences = { notices: {} };

/** @param notice called for preferences that are stored and cannot be read; they count as not set */
export function createProfileStore(model: ProfileModel, notice: (unreadable: Unreadable) => void = () => {}) {
  const load = (customerId: string) => model.findById(customerId, { preferences: 1, version: 1 }).lean<Profile>();

  return {
    async preferencesOf(customerId: string): Promise<Preferences> {
      const stored = (await load(customerId))?.preferences;
      if (stored === undefined) return NONE;
      const { data, error } = preferencesSchema.safeParse(stored);
      if (error) notice({ id: customerId, why: firstOf(error) });
      return data ?? NONE;
    },

    isKnown: async (customerId: string): Promise<boolean> => (await load(customerId)) !== null,

    async forget(customerId: string): Promise<void> {
      await model.deleteOne({ _id: customerId } as never);
    },

    /**
     * Replaces a customer's preferences; the fact is in the same write, in the document's outbox. The same
     * preferences again change nothing and say nothing.
     * @returns what is to be relayed
     */
    setPreferences: (customerId: string, preferences: Preferences, context: ChangeContext): Promise<OrderflowEvent[]> =>
      change(customerId, () => preferences, context),

    /** As `setPreferences`, with what they were before; what cannot be read counts as not set. */
    changePreferences: (
      customerId: string,
      to: (before: Preferences) => Preferences,
      context: ChangeContext,
    ): Promise<OrderflowEvent[]> => change(customerId, to, context),
  };

  async function change(customerId: string, to: (before: Preferences) => Preferences, context: ChangeContext) {
    const events = await retryOnConflict(MAX_TRIES, async () => {
      const before = await load(customerId);
      const preferences = to(preferencesSchema.safeParse(before?.preferences).data ?? NONE);
      if (before && JSON.stringify(before.preferences) === JSON.stringify(preferences)) return [];
      const version = (before?.version ?? 0) + 1;
      const event = createEvent(CustomerPreferencesChanged.of({ preferences, version }), {
        ...context,
        source: sourceOf(gateway),
        subject: customerId,
        time: context.now,
      });
      const done = before ? await replace(customerId, before.version, event) : await insert(customerId, event);
      return done ? [event] : CONFLICT;
    });
    if (events !== CONFLICT) return events;
    throw new Error(`The preferences of ${customerId} changed ${MAX_TRIES} times meanwhile`);
  }

  function insert(_id: string, event: OrderflowEvent<string, Profile>): Promise<boolean> {
    const now = new Date(event.time);
    const runtimes = { revision: 1, handled: {}, hops: {}, changedAt: now, ...outboxOf([event], now) };
    return inserted(model, { _id, ...event.data, ...runtimes });
  }

  async function replace(_id: string, version: number, event: OrderflowEvent<string, Profile>): Promise<boolean> {
    const now = new Date(event.time);
    const { matchedCount } = await model.updateOne(
      { _id, version } as never,
      {
        $set: { ...event.data, changedAt: now, outboxAt: now },
        $inc: { revision: 1 },
        $push: { outbox: event },
      } as never,
    );
    return matchedCount === 1;
  }
}

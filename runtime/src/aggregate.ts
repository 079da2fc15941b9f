import type { OrderflowEvent } from '@orderflow/contracts';
import mongoose, { type Connection, type Model, Schema, type SchemaDefinition } from 'mongoose';
import type { Hop } from './hops.ts';

/** An aggregate as loaded for one event. */
export interface Loaded<State> {
  readonly state: State;
  readonly revision: number;
  /** What was said when this event was handled; undefined: it was not. */
  readonly said: readonly OrderflowEvent[] | undefined;
}

export interface Commit<State> {
  readonly id: string;
  readonly from: Loaded<State> | null;
  readonly to: State;
  readonly eventId: string;
  readonly say: readonly OrderflowEvent[];
  readonly hop: Hop;
}

/** A change that no message asked for, e.g. one over the API. */
export type Amendment<State> = Pick<Commit<State>, 'id' | 'to' | 'say'> & {
  readonly from: Loaded<State>;
  readonly at: Date;
};

/** By when something has to have happened to an aggregate in this state; then its worker acts. */
export interface Deadline {
  readonly name: string;
  readonly at: Date;
}

export interface Due {
  readonly id: string;
  readonly deadline: Deadline;
  /** Until when it is ours to send. */
  readonly lease: Date;
}

/**
 * The documents of one aggregate. `commit` is one conditional write of one document: the change, the mark that
 * the event was handled and the facts to say. It misses when the document moved since `load`; decide anew then.
 */
export interface Aggregates<State> {
  load(id: string, eventId?: string): Promise<Loaded<State> | null>;
  commit(commit: Commit<State>): Promise<boolean>;
  /** Marks an event as handled although nothing changes; misses like `commit`, so that nothing is ignored by mistake. */
  ignore(ignored: Omit<Commit<State>, 'to' | 'say' | 'from'> & { from: Loaded<State> }): Promise<boolean>;
  /** Like `commit`, with the facts in the document's outbox: relay them, or the sweeper will. */
  amend(amendment: Amendment<State>): Promise<boolean>;
  /** Pure. Null: this state waits for nothing. */
  deadlineOf(state: State): Deadline | null;
  /** Takes one deadline that has passed, for the length of the lease. */
  claimDue(now: Date, leaseMs: number): Promise<Due | null>;
  /** The deadline was sent; unless the aggregate has another one by now, it has none any more. */
  settleDue(due: Due): Promise<void>;
}

/** Fields that the runtime keeps in every aggregate's document, beside the state. */
export interface RuntimeFields {
  /** Raised by every commit; the guard in the write's filter. */
  revision: number;
  /** By event id, the facts that were said when it was handled. */
  handled: Record<string, OrderflowEvent[]>;
  /** By event id, what was done with it; for the X-ray. */
  hops: Record<string, Hop>;
  /** When it was last written: who watches over orders reads what changed since. */
  changedAt: Date;
  /** The next deadline of the state. */
  due?: Date;
  /** Facts that no incoming message will say again: the sweeper does. */
  outbox?: OrderflowEvent[];
  outboxAt?: Date;
}

export type Stored<State> = State & RuntimeFields & { _id: string };

const runtimeFields = {
  _id: { type: String, required: true },
  revision: { type: Number, required: true },
  handled: { type: Schema.Types.Mixed, required: true },
  hops: { type: Schema.Types.Mixed, default: {} },
  changedAt: { type: Date, required: true, index: true, default: () => new Date() },
  due: { type: Date, index: { sparse: true } },
  outbox: { type: [Schema.Types.Mixed], default: undefined },
  outboxAt: { type: Date, index: { sparse: true } },
} as const;

/**
 * The mongoose model of an aggregate: the state's fields and the runtime's.
 * @param collection name of the collection, the plural of the noun
 */
export function aggregateModel<State>(
  connection: Connection,
  collection: string,
  fields: SchemaDefinition,
  configure: (schema: Schema) => void = () => {},
): Model<Stored<State>> {
  const schema = new Schema(
    { ...fields, ...runtimeFields },
    { collection, strict: 'throw', minimize: false, versionKey: false },
  );
  configure(schema);
  return connection.model(collection, schema) as unknown as Model<Stored<State>>;
}

export interface AggregateOptions<State> {
  /** Pure: the deadline of a state. Kept in the document, so that it survives every restart. */
  readonly deadlineOf?: (state: State) => Deadline | null;
}

/** Keeps aggregates in a mongoose model. */
export function mongooseAggregates<State extends object>(
  model: Model<Stored<State>>,
  { deadlineOf = () => null }: AggregateOptions<State> = {},
): Aggregates<State> {
  const runtimeNames = new Set([...Object.keys(runtimeFields), 'id']);
  const stateFields = [...new Set(Object.keys(model.schema.paths).map((path) => path.split('.')[0] as string))].filter(
    (name) => !runtimeNames.has(name),
  );
  const projectionOf = (eventId?: string) =>
    Object.fromEntries(
      [...stateFields, 'revision', ...(eventId === undefined ? [] : [`handled.${eventId}`])].map((name) => [name, 1]),
    );
  const stateOf = ({ _id, revision, handled: _handled, due: _due, ...state }: Stored<State>) =>
    ({ revision, state: state as unknown as State }) as const;

  /** What the change means for the field `due`; a deadline that stays the same may be under way, and is left alone. */
  const dueAfter = (from: State | null, to: State): { $set: { due?: Date }; $unset: { due?: 1 } } => {
    const before = from && deadlineOf(from);
    const after = deadlineOf(to);
    if (before?.at.getTime() === after?.at.getTime() && before?.name === after?.name) return { $set: {}, $unset: {} };
    return after ? { $set: { due: after.at }, $unset: {} } : { $set: {}, $unset: { due: 1 } };
  };

  const write = async (id: string, from: Loaded<State>, to: State, set: object, more: object = {}) => {
    const change = changes(from.state, to);
    const due = dueAfter(from.state, to);
    const $unset = { ...change.$unset, ...due.$unset };
    const { matchedCount } = await model.updateOne(
      { _id: id, revision: from.revision } as never,
      {
        $set: { ...change.$set, ...due.$set, revision: from.revision + 1, ...set },
        ...(Object.keys($unset).length > 0 ? { $unset } : {}),
        ...more,
      } as never,
    );
    return matchedCount === 1;
  };

  return {
    deadlineOf,

    async load(id, eventId) {
      const found = await model.findById(id, projectionOf(eventId)).lean<Stored<State>>();
      if (!found) return null;
      return { ...stateOf(found), said: eventId === undefined ? undefined : found.handled?.[eventId] };
    },

    async commit({ id, from, to, eventId, say, hop }) {
      if (from) {
        const marks = { [`handled.${eventId}`]: say, [`hops.${eventId}`]: hop, changedAt: hop.at };
        return write(id, from, to, marks);
      }
      const due = deadlineOf(to)?.at;
      const marks = { handled: { [eventId]: say }, hops: { [eventId]: hop }, changedAt: hop.at };
      return inserted(model, { ...to, _id: id, revision: 1, ...marks, ...(due && { due }) });
    },

    async ignore({ id, from, eventId, hop }) {
      const { matchedCount } = await model.updateOne(
        { _id: id, revision: from.revision } as never,
        { $set: { [`handled.${eventId}`]: [], [`hops.${eventId}`]: hop, changedAt: hop.at } } as never,
      );
      return matchedCount === 1;
    },

    amend: ({ id, from, to, say, at }) =>
      say.length === 0
        ? write(id, from, to, { changedAt: at })
        : write(id, from, to, { changedAt: at, outboxAt: at }, { $push: { outbox: { $each: say } } }),

    async claimDue(now, leaseMs) {
      const lease = new Date(now.getTime() + leaseMs);
      const found = await model
        .findOneAndUpdate({ due: { $lte: now } } as never, { $set: { due: lease } } as never, {
          sort: { due: 1 },
          projection: projectionOf(),
          returnDocument: 'before',
        })
        .lean<Stored<State>>();
      if (!found) return null;
      const id = found._id;
      const deadline = deadlineOf(stateOf(found).state);
      if (deadline && deadline.at <= now) return { id, deadline, lease };
      // Left by a lease that ran out while the state moved on: put right, and look at the next.
      const right = deadline ? { $set: { due: deadline.at } } : { $unset: { due: 1 } };
      await model.updateOne({ _id: id, due: lease } as never, right as never);
      return this.claimDue(now, leaseMs);
    },

    async settleDue({ id, lease }) {
      await model.updateOne({ _id: id, due: lease } as never, { $unset: { due: 1 } } as never);
    },
  };
}

/** Inserts a document; false when one with its id is there already. */
export async function inserted<State>(model: Model<Stored<State>>, document: unknown): Promise<boolean> {
  try {
    await model.create([document] as never);
    return true;
  } catch (error) {
    if (isDuplicateOf(error, '_id')) return false;
    throw error;
  }
}

/** Whether the write was refused by the unique index on this field (E11000). */
export function isDuplicateOf(error: unknown, field: string): boolean {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== 11_000) return false;
  const pattern = error.keyPattern as Record<string, unknown> | undefined;
  return pattern ? field in pattern : error.message.includes(`${field}_`) || error.message.includes(`{ ${field}:`);
}

/** Handlers return new state built from the old (`{ ...state, status }`), so what is identical has not changed. */
function changes<State extends object>(before: State, after: State) {
  const $set: Record<string, unknown> = {};
  const $unset: Record<string, 1> = {};
  for (const [name, value] of Object.entries(after)) {
    if (value === undefined) $unset[name] = 1;
    else if (value !== (before as Record<string, unknown>)[name]) $set[name] = value;
  }
  for (const name of Object.keys(before)) if (!(name in after)) $unset[name] = 1;
  return { $set, $unset };
}

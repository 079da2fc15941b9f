import type { OrderflowEvent } from '@orderflow/contracts';
import mongoose, { type Connection, type Model, Schema, type SchemaDefinition } from 'mongoose';

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
}

/**
 * The documents of one aggregate. `commit` is one conditional write of one document: the change, the mark that
 * the event was handled and the facts to say. It misses when the document moved since `load`; decide anew then.
 */
export interface Aggregates<State> {
  load(id: string, eventId: string): Promise<Loaded<State> | null>;
  commit(commit: Commit<State>): Promise<boolean>;
}

/** Fields that the runtime keeps in every aggregate's document, beside the state. */
export interface RuntimeFields {
  /** Raised by every commit; the guard in the write's filter. */
  revision: number;
  /** By event id, the facts that were said when it was handled. */
  handled: Record<string, OrderflowEvent[]>;
  /** Facts that no incoming message will say again: the sweeper does. */
  outbox?: OrderflowEvent[];
  outboxAt?: Date;
}

export type Stored<State> = State & RuntimeFields & { _id: string };

const runtimeFields = {
  _id: { type: String, required: true },
  revision: { type: Number, required: true },
  handled: { type: Schema.Types.Mixed, required: true },
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

/** Keeps aggregates in a mongoose model. */
export function mongooseAggregates<State extends object>(model: Model<Stored<State>>): Aggregates<State> {
  const runtimeNames = new Set([...Object.keys(runtimeFields), 'id']);
  const stateFields = [...new Set(Object.keys(model.schema.paths).map((path) => path.split('.')[0] as string))].filter(
    (name) => !runtimeNames.has(name),
  );
  const projectionOf = (eventId: string) =>
    Object.fromEntries([...stateFields, 'revision', `handled.${eventId}`].map((name) => [name, 1]));

  return {
    async load(id, eventId) {
      const found = await model.findById(id, projectionOf(eventId)).lean<Stored<State>>();
      if (!found) return null;
      const { _id, revision, handled, ...state } = found;
      return { state: state as unknown as State, revision, said: handled?.[eventId] };
    },

    async commit({ id, from, to, eventId, say }) {
      if (!from) return inserted(model, { ...to, _id: id, revision: 1, handled: { [eventId]: say } });
      const { $set, $unset } = changes(from.state, to);
      const { matchedCount } = await model.updateOne(
        { _id: id, revision: from.revision } as never,
        {
          $set: { ...$set, revision: from.revision + 1, [`handled.${eventId}`]: say },
          ...(Object.keys($unset).length > 0 ? { $unset } : {}),
        } as never,
      );
      return matchedCount === 1;
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

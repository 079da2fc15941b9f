import { isDeepStrictEqual } from 'node:util';
import type { OrderflowEvent } from '@orderflow/contracts';
import { type Connection, type Model, Schema, type SchemaDefinition } from 'mongoose';
import { archiveOf, withArchive } from './archive.ts';
import { batchesOf, type GuardedUpdate } from './batches.ts';
import { type Compacted, sameMarks, unpacked } from './compaction.ts';
import { type Erasure, erasedHops } from './erasure.ts';
import { TransientError } from './errors.ts';
import type { HandlingRecord } from './handling-record.ts';

/** An aggregate as loaded for one event. */
export interface Loaded<State> {
  readonly state: State;
  readonly revision: number;
  /** What was said when this event was handled; undefined: it was not. */
  readonly said: readonly OrderflowEvent[] | undefined;
  /** What told of a person was taken out of it. */
  readonly erased?: boolean;
}

export interface Commit<State> {
  readonly id: string;
  readonly from: Loaded<State> | null;
  readonly to: State;
  readonly eventId: string;
  readonly say: readonly OrderflowEvent[];
  readonly record: HandlingRecord;
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
 * the event was handled and the facts to say. It misses when the document moved since `load`; decide again then.
 */
export interface Aggregates<State> {
  load(id: string, eventId?: string): Promise<Loaded<State> | null>;
  commit(commit: Commit<State>): Promise<boolean>;
  /** Marks an event as handled although nothing changes; misses like `commit`, so that nothing is ignored by mistake. */
  ignore(ignored: Omit<Commit<State>, 'to' | 'say' | 'from'> & { from: Loaded<State> }): Promise<boolean>;
  /** Writes an intent, unless the document has moved: without a mark, so that the event is decided on again. */
  checkpoint(checkpoint: Pick<Commit<State>, 'id' | 'from' | 'to'> & { readonly at: Date }): Promise<void>;
  /** Like `commit`, with the facts in the document's outbox: relay them, or the sweeper will. */
  amend(amendment: Amendment<State>): Promise<boolean>;
  /**
   * Takes what tells of a person out of a whole document: its state, the facts it keeps and what its calls said. Once done
   * it stays done: the same again changes nothing. Null: there is no document, and none to put in its place.
   */
  erase(id: string, erasure: Erasure<State>): Promise<Pick<Loaded<State>, 'state' | 'revision'> | null>;
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
  /** By event id, the facts that were said when it was handled; what was compacted is no longer here. */
  handled: Record<string, OrderflowEvent[]>;
  /** By event id, what was done with it; for the X-ray. */
  hops: Record<string, HandlingRecord>;
  /** When it was last written: who watches over orders reads what changed since. */
  changedAt: Date;
  /** The next deadline of the state. */
  due?: Date;
  /** Facts that no incoming message will say again: the sweeper does. */
  outbox?: OrderflowEvent[];
  outboxAt?: Date;
  /** Facts of the outbox that were published. */
  relayed?: OrderflowEvent[];
  /** What `handled`, `hops` and `relayed` had when nothing had happened for long; `unpacked` reads it. */
  compacted?: Compacted;
  /** When what tells of a person was taken out of it. */
  erasedAt?: Date;
  /** How many events were marked without a new revision: whoever writes all marks anew is guarded by it too. */
  ignored?: number;
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
  relayed: { type: [Schema.Types.Mixed], default: undefined },
  compacted: { type: Schema.Types.Mixed },
  erasedAt: { type: Date },
  ignored: { type: Number },
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
  /**
   * Pure: a state that an earlier version stored, as this one knows it; of any other state, the same. Only what a handler
   * changes is written, so a document may keep the stored form for ever. Lists keep their length: what is added to one is
   * pushed to the stored one.
   */
  readonly upcast?: (stored: State) => State;
  readonly derived?: DerivedFields<State>;
}

/** Fields that follow from the state, for queries: written with it, and never loaded. */
export interface DerivedFields<State> {
  readonly names: readonly string[];
  /** Pure: those that change with the state; null: there is no document yet. */
  of(before: State | null, after: State): Readonly<Record<string, unknown>>;
}

/** Keeps aggregates in a mongoose model: its collection and indexes; reads and writes go past it, in batches. */
export function mongooseAggregates<State extends object>(
  model: Model<Stored<State>>,
  { deadlineOf = () => null, upcast = (stored) => stored, derived }: AggregateOptions<State> = {},
): Aggregates<State> {
  const archive = archiveOf(model as never);
  const batches = withArchive(batchesOf<Stored<State>>(model), archive);
  const runtimeNames = new Set([...Object.keys(runtimeFields), 'id', ...(derived?.names ?? [])]);
  const stateFields = [...new Set(Object.keys(model.schema.paths).map((path) => path.split('.')[0] as string))].filter(
    (name) => !runtimeNames.has(name),
  );
  const known = new Set(stateFields);
  const fields = [...stateFields, 'revision', 'erasedAt'];
  const markedFields = [...fields, 'compacted'];
  const stateOf = ({ _id, revision, handled: _h, due: _d, compacted: _c, erasedAt, ...state }: Stored<State>) =>
    ({ revision, state: upcast(state as unknown as State), ...(erasedAt && { erased: true }) }) as const;

  /** What the change means for the field `due`; a deadline that stays the same may be under way, and is left alone. */
  const dueAfter = (from: State | null, to: State): Pick<Operators, '$set' | '$unset'> => {
    const before = from && deadlineOf(from);
    const after = deadlineOf(to);
    if (before?.at.getTime() === after?.at.getTime() && before?.name === after?.name) return { $set: {}, $unset: {} };
    return after ? { $set: { due: after.at }, $unset: {} } : { $set: {}, $unset: { due: 1 } };
  };

  const changeOf = (from: Loaded<State>, to: State, marks: object): Operators => {
    const change = changes(from.state, to, known);
    const due = dueAfter(from.state, to);
    return {
      $set: { ...change.$set, ...derived?.of(from.state, to), ...due.$set, revision: from.revision + 1, ...marks },
      $unset: { ...change.$unset, ...due.$unset },
      $push: change.$push,
    };
  };

  const insert = (id: string, to: State, marks: object): Promise<boolean> => {
    requireKnown(to, known);
    const due = deadlineOf(to)?.at;
    return batches.insert({ ...to, ...derived?.of(null, to), _id: id, revision: 1, ...marks, ...(due && { due }) });
  };

  /** The mark of an event tells who wrote it by the facts in it; without facts it does not matter. */
  const markOf = (eventId: string, say: readonly OrderflowEvent[]): GuardedUpdate['confirm'] => ({
    fields: [`handled.${eventId}`],
    wasApplied: ({ handled }) => {
      const said = (handled as RuntimeFields['handled'] | undefined)?.[eventId];
      return said?.length === say.length && said.every(({ id }, n) => id === say[n]?.id);
    },
  });

  return {
    deadlineOf,

    async load(id, eventId) {
      const isAsked = eventId !== undefined;
      const found = await batches.find(id, isAsked ? markedFields : fields, isAsked ? `handled.${eventId}` : undefined);
      if (!found) return null;
      const said = isAsked ? (found.handled?.[eventId] ?? unpacked(found).handled?.[eventId]) : undefined;
      return { ...stateOf(found), said };
    },

    async commit({ id, from, to, eventId, say, record }) {
      if (from) {
        const marks = { [`handled.${eventId}`]: say, [`hops.${eventId}`]: record, changedAt: record.at };
        const change = withoutEmpty(changeOf(from, to, marks));
        return batches.update({ id, guard: { revision: from.revision }, change, confirm: markOf(eventId, say) });
      }
      return insert(id, to, { handled: { [eventId]: say }, hops: { [eventId]: record }, changedAt: record.at });
    },

    ignore: ({ id, from, eventId, record }) =>
      batches.update({
        id,
        guard: { revision: from.revision },
        change: {
          $set: { [`handled.${eventId}`]: [], [`hops.${eventId}`]: record, changedAt: record.at },
          $inc: { ignored: 1 },
        },
        confirm: markOf(eventId, []),
      }),

    async checkpoint({ id, from, to, at }) {
      if (from === null) {
        await insert(id, to, { handled: {}, hops: {}, changedAt: at });
        return;
      }
      await batches.update({
        id,
        guard: { revision: from.revision },
        change: withoutEmpty(changeOf(from, to, { changedAt: at })),
        confirm: { fields: ['revision'], wasApplied: ({ revision }) => revision === from.revision + 1 },
      });
    },

    async amend({ id, from, to, say, at }) {
      const { $push, ...change } = changeOf(from, to, { changedAt: at, ...(say.length > 0 && { outboxAt: at }) });
      const outbox = say.length > 0 ? { outbox: { $each: say } } : {};
      const filter = { _id: id, revision: from.revision };
      const update = withoutEmpty({ ...change, $push: { ...$push, ...outbox } });
      const write = async () => (await model.collection.updateOne(filter as never, update as never)).matchedCount === 1;
      return (await write()) || ((await archive.restore(id)) && write());
    },

    async erase(id, { eventId, state: erased, fact, record, absent }) {
      for (let tries = 0; tries < MAX_ERASE_TRIES; tries++) {
        const found = (await model.collection.findOne({ _id: id } as never)) as unknown as Stored<State> | null;
        if (!found) {
          if (await archive.restore(id)) continue;
          if (absent === undefined) return null;
          const marks = { handled: { [eventId]: [] }, hops: { [eventId]: record } };
          const { at: changedAt } = record;
          if (await insert(id, absent, { ...marks, changedAt, erasedAt: changedAt }))
            return { state: absent, revision: 1 };
          continue;
        }
        const { revision, outbox = [] } = found;
        const { handled = {}, hops = {}, relayed } = unpacked(found);
        const state = upcast(Object.fromEntries(Object.entries(found).filter(([name]) => known.has(name))) as State);
        const to = erased(state);
        // It would be on record as it was said once it is published.
        if (!isDeepStrictEqual(outbox.map(fact), outbox)) throw new TransientError('its outbox is not empty yet');
        const facts = Object.entries(handled).map(([event, said]) => [event, said.map(fact)] as const);
        const marks = {
          handled: { ...Object.fromEntries(facts), [eventId]: handled[eventId] ?? [] },
          hops: { ...erasedHops(hops), [eventId]: hops[eventId] ?? record },
          ...(relayed && { relayed: relayed.map(fact) }),
          changedAt: record.at,
          erasedAt: found.erasedAt ?? record.at,
        };
        const { $unset, ...changed } = changeOf({ state, revision, said: undefined }, to, marks);
        // Its marks may have been compacted since they were read, without a new revision.
        const change = withoutEmpty({ ...changed, $unset: { ...$unset, compacted: 1 } });
        const guard = { revision, ...sameMarks(found) };
        const { matchedCount } = await model.collection.updateOne({ _id: id, ...guard } as never, change as never);
        if (matchedCount === 0) continue;
        await archive.forget(id);
        return { state: to, revision: revision + 1 };
      }
      throw new TransientError(`The aggregate ${id} changed ${MAX_ERASE_TRIES} times while it was erased`);
    },

    async claimDue(now, leaseMs) {
      const lease = new Date(now.getTime() + leaseMs);
      const filter = { due: { $lte: now } } as never;
      const found = (await model.collection.findOneAndUpdate(filter, { $set: { due: lease } } as never, {
        sort: { due: 1 },
        projection: Object.fromEntries(fields.map((name) => [name, 1])),
        returnDocument: 'before',
      })) as unknown as Stored<State> | null;
      if (!found) return null;
      const id = found._id;
      const deadline = deadlineOf(stateOf(found).state);
      if (deadline && deadline.at <= now) return { id, deadline, lease };
      // Left by a lease that ran out while the state moved on: put right, and look at the next.
      const right = deadline ? { $set: { due: deadline.at } } : { $unset: { due: 1 } };
      await model.collection.updateOne({ _id: id, due: lease } as never, right as never);
      return this.claimDue(now, leaseMs);
    },

    async settleDue({ id, lease }) {
      await model.collection.updateOne({ _id: id, due: lease } as never, { $unset: { due: 1 } } as never);
    },
  };
}

const MAX_ERASE_TRIES = 10;

/** MongoDB's update operators, each with what it does to which field. */
interface Operators {
  readonly $set: Readonly<Record<string, unknown>>;
  readonly $unset: Readonly<Record<string, 1>>;
  readonly $push: Readonly<Record<string, { readonly $each: readonly unknown[] }>>;
}

const withoutEmpty = (operators: Operators) =>
  Object.fromEntries(Object.entries(operators).filter(([, fields]) => Object.keys(fields).length > 0));

/**
 * Handlers return new state built from the old (`{ ...state, status }`), so what is identical has not changed, and a
 * list that begins with all of the old one has only grown.
 */
function changes<State extends object>(before: State, after: State, known: ReadonlySet<string>): Operators {
  requireKnown(after, known);
  const $set: Record<string, unknown> = {};
  const $unset: Record<string, 1> = {};
  const $push: Record<string, { $each: unknown[] }> = {};
  for (const [name, value] of Object.entries(after)) {
    const old = (before as Record<string, unknown>)[name];
    if (value === old) continue;
    if (value === undefined) $unset[name] = 1;
    else if (hasGrown(old, value)) $push[name] = { $each: value.slice((old as unknown[]).length) };
    else $set[name] = value;
  }
  for (const name of Object.keys(before)) if (!(name in after)) $unset[name] = 1;
  return { $set, $unset, $push };
}

function hasGrown(before: unknown, after: unknown): after is unknown[] {
  if (!Array.isArray(before) || !Array.isArray(after) || after.length <= before.length) return false;
  return before.every((one, n) => one === after[n]);
}

/** A field that the model does not have would be stored, and never loaded again. */
function requireKnown(state: object, known: ReadonlySet<string>): void {
  const unknown = Object.keys(state).find((name) => !known.has(name));
  if (unknown !== undefined) throw new TypeError(`The model of this aggregate has no field ${unknown}`);
}

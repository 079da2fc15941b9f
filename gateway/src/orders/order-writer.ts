import { createEvent, type Fact, type OrderflowEvent, sourceOf } from '@orderflow/contracts';
import { type Aggregates, archiveOf, batchesOf, type Loaded, outboxOf, withArchive } from '@orderflow/runtime';
import { DomainError } from '../platform/domain-error.ts';
import { CONFLICT, retryOnConflict } from '../platform/retry-on-conflict.ts';
import { gateway } from '../worker.ts';
import { textOf } from './event-texts.ts';
import { evolve } from './evolve.ts';
import type { OrderCache } from './order-cache.ts';
import { type OrderDurations, orderDeadlineOf } from './order-deadlines.ts';
import { OrderExistsError } from './order-errors.ts';
import { type OrderModel, orderAggregates } from './order-model.ts';
import type { OrderRecord } from './order-record.ts';
import type { OrderState } from './order-state.ts';
import { toRecord } from './order-view.ts';
import { searchOf } from './search-keys.ts';
import { searchedEmail, searchedId } from './search-orders.ts';
import { withEntry, withRevision } from './timeline.ts';

/** What its buyer and its price make of an order; the writer adds the rest. */
export type NewOrder = Omit<
  OrderState,
  'timeline' | 'traceparent' | 'placedAt' | 'updatedAt' | 'searchedEmail' | 'searchedId'
>;

/** What a command changes. Without `change` and `say` the order is as the command wants it already. */
export interface CommandDecision {
  readonly change?: Partial<OrderState>;
  readonly say?: readonly Fact[];
}

export interface Changed<D extends CommandDecision> {
  readonly decision: D;
  readonly revision: number;
  readonly state: OrderState;
  /** What is in the outbox since: relay it. */
  readonly events: readonly OrderflowEvent[];
}

export interface ChangeContext {
  readonly now: Date;
  readonly region: string;
}

export interface OrderWriterOptions {
  readonly cache: Pick<OrderCache, 'publishUpdate'>;
  readonly durations: OrderDurations;
}

/** A change as it is about to be written. `known`: so many entries were on the timeline before it. */
interface Written {
  readonly id: string;
  readonly revision: number;
  readonly known: number;
  readonly to: OrderState;
  readonly events: readonly OrderflowEvent[];
}

/** As many tries as the runtime gives a handler. */
const MAX_TRIES = 10;

export type OrderWriter = ReturnType<typeof createOrderWriter>;

/**
 * Everything that changes an order: placing it, commands, and the facts that order-process hears. Each is one guarded
 * write of the change, its entries on the timeline, its deadline and the events to publish; then cache and watchers know.
 * @param stored the documents themselves
 */
export function createOrderWriter(
  model: OrderModel,
  { cache, durations }: OrderWriterOptions,
  stored: Aggregates<OrderState> = orderAggregates(model, durations),
) {
  const batches = withArchive(batchesOf(model), archiveOf(model as never));
  const announce = (id: string, revision: number, state: OrderState) =>
    cache.publishUpdate(toRecord(id, revision, state));

  /**
   * The events that go out with a change are on the timeline in the same write. Readers and watchers hear of it before
   * the events go out, so that who hears these and then reads finds what they say.
   * @returns the order as it is written; null: somebody else was quicker
   */
  const write = async (
    { id, revision, known, to, events }: Written,
    store: (state: OrderState) => Promise<boolean>,
  ): Promise<OrderState | null> => {
    const said = events.reduce((order, event) => withEntry(order, event, textOf(event, order)), to);
    const state = withRevision(said, { known, revision });
    if (!(await store(state))) return null;
    await announce(id, revision, state);
    return state;
  };

  const aggregates: Aggregates<OrderState> = {
    ...stored,

    async commit(commit) {
      const { id, from, to, say: events } = commit;
      const known = from?.state.timeline.length ?? 0;
      const written = { id, revision: (from?.revision ?? 0) + 1, known, to, events };
      return (await write(written, (state) => stored.commit({ ...commit, to: state }))) !== null;
    },

    async erase(id, erasure) {
      const erased = await stored.erase(id, erasure);
      if (erased) await announce(id, erased.revision, erased.state);
      return erased;
    },

    async amend(amendment) {
      const { id, from, to, say: events } = amendment;
      const written = { id, revision: from.revision + 1, known: from.state.timeline.length, to, events };
      return (await write(written, (state) => stored.amend({ ...amendment, to: state }))) !== null;
    },
  };

  return {
    /** For order-process: its handlers decide and evolve, the runtime writes through these. */
    aggregates,

    /** Tells cache and watchers of an order as it is: whoever wrote it may have stopped before that. */
    announce,

    /**
     * Stores a new order with its event in the outbox: relay it.
     * @throws OrderExistsError
     */
    async place(
      id: string,
      order: NewOrder,
      fact: Fact,
      { now, region, traceparent }: ChangeContext & { traceparent: string },
    ): Promise<{ order: OrderRecord; events: readonly OrderflowEvent[] }> {
      const event = createEvent(fact, { source: sourceOf(gateway), subject: id, time: now, region, traceparent });
      const [placedAt, updatedAt] = [event.time, event.time];
      const searched = { searchedEmail: searchedEmail(order.contact.email), searchedId: searchedId(id) };
      const to = { ...order, ...searched, traceparent, placedAt, updatedAt, timeline: [] };
      const state = await write({ id, revision: 1, known: 0, to, events: [event] }, (state) => {
        const due = orderDeadlineOf(state, durations)?.at;
        const marks = { revision: 1, handled: {}, hops: {}, changedAt: now, ...outboxOf([event], now) };
        return batches.insert({ _id: id, ...state, ...searchOf(null, state), ...marks, ...(due && { due }) });
      });
      if (!state) throw new OrderExistsError(`There is an order ${id}`);
      return { order: toRecord(id, 1, state), events: [event] };
    },

    /**
     * Changes an order because somebody asked for it; the events are in the outbox.
     * @param decide pure; asked again when somebody else changed the order meanwhile
     * @returns null: there is no such order
     * @throws CONFLICT
     */
    async change<D extends CommandDecision, R extends { readonly refused: unknown }>(
      id: string,
      decide: (order: OrderState) => D | R,
      { now, region }: ChangeContext,
    ): Promise<Changed<D> | R | null> {
      const result = await retryOnConflict(MAX_TRIES, async () => {
        const from: Loaded<OrderState> | null = await stored.load(id);
        if (!from) return null;
        const decision = decide(from.state);
        if ('refused' in decision) return decision as R;
        const { change, say = [] } = decision as D;
        const { revision, state } = from;
        if (!change && say.length === 0) return { decision: decision as D, revision, state, events: [] };
        const { traceparent } = state;
        const context = { source: sourceOf(gateway), subject: id, time: now, region, traceparent };
        const events = say.map((fact) => createEvent(fact, context));
        const to = evolve(state, { ...state, ...change }, { now, durations });
        const known = state.timeline.length;
        const written = await write({ id, revision: revision + 1, known, to, events }, (state) =>
          stored.amend({ id, from, to: state, say: events, at: now }),
        );
        return written ? { decision: decision as D, revision: revision + 1, state: written, events } : CONFLICT;
      });
      if (result !== CONFLICT) return result;
      throw new DomainError('CONFLICT', 'The order changes too fast; try again', { field: 'orderId' });
    },
  };
}

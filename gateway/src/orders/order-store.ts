import { timelineEntrySchema } from '@orderflow/contracts';
import { archiveOf, batchesOf, mayBeArchived, type Stored, withArchive } from '@orderflow/runtime';
import { readEach } from '../platform/readable.ts';
import { UnreadableOrderError } from './order-errors.ts';
import type { OrderKeys } from './order-keys.ts';
import { type OrderModel, orderAggregates } from './order-model.ts';
import { ORDER_FIELDS, ORDER_PROJECTION, type OrderRecord } from './order-record.ts';
import type { OrderState } from './order-state.ts';
import { readOrder } from './order-view.ts';
import { type OrderPage, type OrderSearch, pageFilter, searchedEmail, searchFilter } from './search-orders.ts';

export interface OrdersPage {
  readonly orders: OrderRecord[];
  /** What belongs on the page and cannot be read. */
  readonly unreadable: UnreadableOrderError[];
  readonly nextCursor?: string;
}

/** Orders whose traces are kept in memory. */
const MAX_TRACES = 10_000;

/** Who has more orders with one address asks staff for a link to an old one. */
const MOST_OF_AN_ADDRESS = 100;

const idOf = ({ _id }: { readonly _id: string }): string => _id;

export type OrderStore = ReturnType<typeof createOrderStore>;

/** Reads orders; `order-writer.ts` changes them. */
export function createOrderStore(model: OrderModel, keys: Pick<OrderKeys, 'orderWithKey'>) {
  const aggregates = orderAggregates(model);
  const archive = archiveOf(model as never);
  const batches = withArchive(batchesOf<Stored<OrderState>>(model), archive);
  /** By order; a trace never changes. */
  const traces = new Map<string, string>();
  const shown = ({ _id, revision, ...state }: Stored<OrderState>): OrderRecord => readOrder(_id, revision, state);

  /** Those of the archive too, with all fields. */
  const newest = async (
    filter: Readonly<Record<string, unknown>>,
    projection: object,
    limit: number,
  ): Promise<Stored<OrderState>[]> => {
    const here = await model
      .find(filter as never, projection)
      .sort({ _id: -1 })
      .limit(limit)
      .lean<Stored<OrderState>[]>();
    const last = here.length === limit ? here.at(-1)?._id : undefined;
    if (last !== undefined && !mayBeArchived(last)) return here;
    const archived = await archive.search<Stored<OrderState>>(filter, limit);
    const all = new Map([...archived, ...here].map((one) => [one._id, one]));
    return [...all.values()].toSorted((a, b) => (a._id > b._id ? -1 : 1)).slice(0, limit);
  };

  const pageOf = async (filter: Readonly<Record<string, unknown>>, limit: number): Promise<OrdersPage> => {
    const found = await newest(filter, ORDER_PROJECTION, limit + 1);
    const page = found.slice(0, limit);
    const orders: OrderRecord[] = [];
    const unreadable: UnreadableOrderError[] = [];
    for (const one of page) {
      try {
        orders.push(shown(one));
      } catch (error) {
        if (!(error instanceof UnreadableOrderError)) throw error;
        unreadable.push(error);
      }
    }
    const last = found.length > limit ? page.at(-1) : undefined;
    return { orders, unreadable, ...(last ? { nextCursor: last._id } : {}) };
  };

  return {
    /** Everything about the order, also what its owner does not see. */
    async document(id: string): Promise<{ revision: number; state: OrderState } | null> {
      const loaded = await aggregates.load(id);
      return loaded && { revision: loaded.revision, state: loaded.state };
    },

    /** Newest first. */
    search: ({ limit, ...search }: OrderSearch) => pageOf(searchFilter(search), limit),

    /** @throws UnreadableOrderError */
    async byId(id: string): Promise<OrderRecord | null> {
      const found = await batches.find(id, [...ORDER_FIELDS, 'revision']);
      return found && shown(found);
    },

    /** Who placed what with this key; `read` gives their order. @param isFormer only the orders themselves know of it */
    async byIdempotencyKey(idempotencyKey: string, { isFormer = false } = {}) {
      const id = await keys.orderWithKey(idempotencyKey, { isFormer });
      const found = id && (await batches.find(id, [...ORDER_FIELDS, 'revision', 'bodyHash', 'placedAs']));
      const placedBy = found ? (found.placedAs ?? found.customerId) : undefined;
      return found ? { customerId: placedBy, bodyHash: found.bodyHash, read: () => shown(found) } : null;
    },

    /** Whose order it is; that changes once, when a guest's is claimed. Null: there is no such order. */
    async ownerOf(id: string): Promise<string | null> {
      return (await batches.find(id, ['customerId']))?.customerId ?? null;
    },

    /** Of these customers, and those that name one of these addresses, by whomever. */
    async idsOfPerson({ customerIds, emails }: { customerIds: readonly string[]; emails: readonly string[] }) {
      const filter = {
        $or: [{ customerId: { $in: customerIds } }, { searchedEmail: { $in: emails.map(searchedEmail) } }],
      };
      const here = async () => (await model.find(filter as never, { _id: 1 }).lean<{ _id: string }[]>()).map(idOf);
      // One that comes back from the archive meanwhile is missing in neither.
      const [first, archived, then] = [
        await here(),
        (await archive.search<Stored<OrderState>>(filter, 0)).map(idOf),
        await here(),
      ];
      return [...new Set([...first, ...archived, ...then])].toSorted((a, b) => (a > b ? -1 : 1));
    },

    /** The newest first. */
    async idsOf(customerId: string, limit: number): Promise<string[]> {
      return (await newest({ customerId }, { _id: 1 }, limit)).map(idOf);
    },

    /** The latest orders that were placed with this e-mail address, by whomever. */
    placedWith: async (email: string): Promise<OrderRecord[]> =>
      (await pageOf({ searchedEmail: searchedEmail(email) }, MOST_OF_AN_ADDRESS)).orders,

    /** Orders of which something has come back that nobody has inspected; newest first. */
    toInspect: ({ cursor, limit }: { cursor?: string | undefined; limit: number }) =>
      pageOf({ toInspect: true, ...(cursor === undefined ? {} : { _id: { $lt: cursor } }) }, limit),

    /** Newest first. */
    page: ({ limit, ...page }: OrderPage) => pageOf(pageFilter(page), limit),

    /** Providers report some ten times on each order. */
    async traceOf(id: string): Promise<string | undefined> {
      const known = traces.get(id);
      if (known !== undefined) return known;
      const trace = (await batches.find(id, ['traceparent']))?.traceparent;
      if (trace === undefined) return undefined;
      if (traces.size >= MAX_TRACES) traces.delete(traces.keys().next().value as string);
      traces.set(id, trace);
      return trace;
    },

    async timelineOf(id: string) {
      const found = await batches.find(id, ['customerId', 'timeline']);
      if (!found) return null;
      const { read, unreadable } = readEach(found.timeline, timelineEntrySchema, 'eventId');
      return { customerId: found.customerId, entries: read, unreadable };
    },
  };
}

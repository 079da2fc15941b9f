import { withArchived } from './archived-documents.ts';
import type { StockDocument } from './documents.ts';
import { holdsByOrder } from './holds-by-order.ts';
import { type Intents, intentsAt } from './intents.ts';
import type { AuditMemory } from './memory.ts';
import { type HoldView, type OrderSnapshot, snapshotOf } from './order-snapshot.ts';
import { documentsIn, type RawDocuments, readAllDocuments, readDocuments } from './raw-documents.ts';
import type { Collections, Sources } from './sources.ts';
import { isLive } from './stripe-reader.ts';

/** A document has the date at which its handler began and is written when the handler ends, so an older date may be new. */
export const OVERLAP_MS = 60_000;
/** Orders in one batch of a full audit. */
const BATCH = 250;
/** Ranges of the send ledger in one query. */
const READ_BATCH = 100;
/** Authorised payments that each audit compares with Stripe although nothing changed in the documents. */
const LIVE_SLICE = 200;

/** Reads orders with their stock and, where Stripe is asked, their intents. */
export interface OrderReader {
  /** The stock as it was last read. */
  stock(): readonly StockDocument[];
  readStock(): Promise<void>;
  everything(): AsyncGenerator<OrderSnapshot[]>;
  /** Orders that changed since, that are to be read `again`, that hold stock, or that are late. */
  changed(since: Date, again: Iterable<string>, lateBefore: Date): AsyncGenerator<OrderSnapshot[]>;
  /** Reads these orders again. @param ask whose intents are read again too */
  these(ids: readonly string[], ask: (orderId: string) => boolean): AsyncGenerator<OrderSnapshot[]>;
  readonly intents: Pick<Intents, 'unavailable' | 'unasked'>;
}

export function orderReader(
  { collections, stripe, stripeIsShared = false }: Sources,
  { memory, startedAt, graceMs }: { memory: AuditMemory; startedAt: Date; graceMs: number },
): OrderReader {
  let stock: readonly StockDocument[] = [];
  let holds: ReadonlyMap<string, readonly HoldView[]> = new Map();
  const intents = intentsAt(stripe, memory);
  const refundsFrom = new Date(startedAt.getTime() - graceMs - OVERLAP_MS);
  let ours: Promise<Date> | undefined;

  /** An intent without an order is ours only if it is younger than our first order, in an account of our own. */
  const firstOrderAt = async (): Promise<Date> => {
    if (stripeIsShared) return new Date(8.64e15);
    const found = await collections.orders.find().sort({ _id: 1 }).limit(1).toArray();
    const all = await withArchived(collections, 'orders', found, {}, { sort: { _id: 1 }, limit: 1 });
    return new Date(Math.min(...all.map(({ placedAt }) => Date.parse(placedAt)), 8.64e15));
  };
  const isKnown = (raw: RawDocuments, since: Date): boolean =>
    documentsIn(raw).length > 0 ||
    raw.sends.length > 0 ||
    holds.has(raw.orderId) ||
    intents.of(raw.orderId).some((intent) => isLive(intent) && intent.createdAt >= since);

  const snapshots = (rawDocuments: readonly RawDocuments[], asked: (raw: RawDocuments) => boolean): OrderSnapshot[] =>
    rawDocuments.map((raw) => {
      const { orderId } = raw;
      const isAsked = intents.unavailable === undefined && asked(raw) && !intents.unasked.has(orderId);
      return snapshotOf(raw, holds.get(orderId) ?? [], isAsked ? intents.of(orderId) : undefined);
    });

  async function* read(ids: Iterable<string>, asked: (raw: RawDocuments) => boolean): AsyncGenerator<OrderSnapshot[]> {
    ours ??= firstOrderAt();
    const since = await ours;
    for (const batch of inBatches([...ids], READ_BATCH)) {
      const rawDocuments = await readDocuments(collections, batch);
      await intents.ask(rawDocuments.filter(asked));
      yield snapshots(
        rawDocuments.filter((raw) => isKnown(raw, since)),
        asked,
      );
    }
  }

  return {
    intents,
    stock: () => stock,
    readStock: async () => {
      stock = await collections.stock.find().toArray();
      holds = holdsByOrder(stock);
    },
    everything: async function* () {
      await intents.list(undefined, refundsFrom);
      noteListed(memory, intents, startedAt);
      const without = new Set([...holds.keys(), ...intents.orders()]);
      for await (const rawDocuments of ahead(readAllDocuments(collections, BATCH))) {
        for (const { orderId } of rawDocuments) without.delete(orderId);
        yield snapshots(rawDocuments, () => true);
      }
      yield* read(without, () => true);
    },
    changed: async function* (since, again, lateBefore) {
      const from = new Date(since.getTime() - OVERLAP_MS);
      const unlisted = memory.stripeSince && new Date(memory.stripeSince.getTime() - OVERLAP_MS);
      await intents.list(unlisted, unlisted && unlisted < refundsFrom ? unlisted : refundsFrom);
      noteListed(memory, intents, startedAt);
      const slice = new Set([...memory.live].slice(0, LIVE_SLICE));
      const isNew = ({ orderId, payment }: RawDocuments) =>
        intents.isKnown(orderId) ||
        memory.mismatched.has(orderId) ||
        slice.has(orderId) ||
        isUncompared(memory, payment);
      const ids = await idsToRead(collections, from, lateBefore);
      yield* read(new Set([...ids, ...again, ...holds.keys(), ...intents.orders(), ...slice]), isNew);
    },
    these: async function* (ids, ask) {
      intents.forget();
      if (ids.some(ask)) await intents.listRefunds(refundsFrom);
      yield* read(ids, ({ orderId }) => ask(orderId));
    },
  };
}

const isUncompared = ({ compared }: AuditMemory, payment: RawDocuments['payment']): boolean =>
  payment?.intentId !== undefined && compared.get(payment._id) !== (payment.revision ?? 0);

function noteListed(memory: AuditMemory, { unavailable }: Intents, at: Date): void {
  if (unavailable === undefined) memory.stripeSince = at;
}

async function idsToRead(collections: Collections, from: Date, lateBefore: Date): Promise<Set<string>> {
  const { orders, reservations, payments, shipments, notifications, others } = collections;
  const conditions = [{ changedAt: { $gte: from } }, { due: { $lt: lateBefore } }, { outboxAt: { $lt: lateBefore } }];
  const queries = [orders, reservations, payments, shipments, notifications, ...others.values()].flatMap((collection) =>
    conditions.map((condition) =>
      (collection as Collections['orders']).find(condition, { projection: { _id: 1 } }).toArray(),
    ),
  );
  return new Set((await Promise.all(queries)).flat().map(({ _id }) => _id));
}

/** Reads the next batch while the caller handles this one. */
async function* ahead<Item>(source: AsyncGenerator<Item>): AsyncGenerator<Item> {
  let next = source.next();
  for (;;) {
    const { value, done } = await next;
    if (done) return;
    next = source.next();
    // A caller that stops early never awaits this batch: its failure must not be an unhandled rejection.
    next.catch(() => {});
    yield value;
  }
}

export function* inBatches<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

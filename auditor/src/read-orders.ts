import { booksIn, type Dossier, dossierOf, type HoldView, type Pages, readPages, walkPages } from './dossier.ts';
import { type Intents, intentsAt } from './intents.ts';
import type { AuditMemory } from './memory.ts';
import type { Books, Sources } from './sources.ts';
import { holdsByOrder } from './stock.ts';
import { isLive } from './stripe-books.ts';
import type { StockBook } from './views.ts';

/** A document is dated when its handler begins and written when it ends: what is dated before the last audit may be new to it. */
export const OVERLAP_MS = 60_000;
/** Orders in one trip of a walk over all. */
const BATCH = 250;
/** Ranges of the send ledger in one query. */
const READ_BATCH = 100;
/** Authorised payments that are compared with Stripe in each audit although nothing is known to have changed. */
const LIVE_SLICE = 200;

/** Reads orders with their stock and, where Stripe is asked, their intents. */
export interface OrderReader {
  /** The stock as it was last read. */
  stock(): readonly StockBook[];
  readStock(): Promise<void>;
  everything(): AsyncGenerator<Dossier[]>;
  /** What changed since, what was to be looked at again, what holds stock and what is late. */
  changed(since: Date, again: Iterable<string>, lateBefore: Date): AsyncGenerator<Dossier[]>;
  /** These again. @param ask of which of them Stripe is asked again */
  these(ids: readonly string[], ask: (orderId: string) => boolean): AsyncGenerator<Dossier[]>;
  readonly intents: Pick<Intents, 'unavailable' | 'unasked'>;
}

export function orderReader(
  { books, stripe, stripeIsShared = false }: Sources,
  { memory, startedAt, graceMs }: { memory: AuditMemory; startedAt: Date; graceMs: number },
): OrderReader {
  let stock: readonly StockBook[] = [];
  let holds: ReadonlyMap<string, readonly HoldView[]> = new Map();
  const intents = intentsAt(stripe, memory);
  const refundsFrom = new Date(startedAt.getTime() - graceMs - OVERLAP_MS);
  let ours: Promise<Date> | undefined;

  /** An intent without an order is ours only if it is younger than our first order, in an account of our own. */
  const firstOrderAt = async (): Promise<Date> => {
    const [first] = stripeIsShared ? [] : await books.orders.find().sort({ _id: 1 }).limit(1).toArray();
    return new Date(first?.placedAt ?? 8.64e15);
  };
  const isKnown = (page: Pages, since: Date): boolean =>
    booksIn(page).length > 0 ||
    page.sends.length > 0 ||
    holds.has(page.orderId) ||
    intents.of(page.orderId).some((intent) => isLive(intent) && intent.createdAt >= since);

  const dossiers = (pages: readonly Pages[], asked: (page: Pages) => boolean): Dossier[] =>
    pages.map((page) => {
      const { orderId } = page;
      const isAsked = intents.unavailable === undefined && asked(page) && !intents.unasked.has(orderId);
      return dossierOf(page, holds.get(orderId) ?? [], isAsked ? intents.of(orderId) : undefined);
    });

  async function* read(ids: Iterable<string>, asked: (page: Pages) => boolean): AsyncGenerator<Dossier[]> {
    ours ??= firstOrderAt();
    const since = await ours;
    for (const batch of inBatches([...ids], READ_BATCH)) {
      const pages = await readPages(books, batch);
      await intents.ask(pages.filter(asked));
      yield dossiers(
        pages.filter((page) => isKnown(page, since)),
        asked,
      );
    }
  }

  return {
    intents,
    stock: () => stock,
    readStock: async () => {
      stock = await books.stock.find().toArray();
      holds = holdsByOrder(stock);
    },
    everything: async function* () {
      await intents.list(undefined, refundsFrom);
      noteListed(memory, intents, startedAt);
      const without = new Set([...holds.keys(), ...intents.orders()]);
      for await (const pages of ahead(walkPages(books, BATCH))) {
        for (const { orderId } of pages) without.delete(orderId);
        yield dossiers(pages, () => true);
      }
      yield* read(without, () => true);
    },
    changed: async function* (since, again, lateBefore) {
      const from = new Date(since.getTime() - OVERLAP_MS);
      const unlisted = memory.stripeSince && new Date(memory.stripeSince.getTime() - OVERLAP_MS);
      await intents.list(unlisted, unlisted && unlisted < refundsFrom ? unlisted : refundsFrom);
      noteListed(memory, intents, startedAt);
      const slice = new Set([...memory.live].slice(0, LIVE_SLICE));
      const isNew = ({ orderId, payment }: Pages) =>
        intents.isKnown(orderId) || memory.strays.has(orderId) || slice.has(orderId) || isUncompared(memory, payment);
      const ids = await idsToRead(books, from, lateBefore);
      yield* read(new Set([...ids, ...again, ...holds.keys(), ...intents.orders(), ...slice]), isNew);
    },
    these: async function* (ids, ask) {
      intents.forget();
      if (ids.some(ask)) await intents.listRefunds(refundsFrom);
      yield* read(ids, ({ orderId }) => ask(orderId));
    },
  };
}

const isUncompared = ({ compared }: AuditMemory, payment: Pages['payment']): boolean =>
  payment?.intentId !== undefined && compared.get(payment._id) !== (payment.revision ?? 0);

function noteListed(memory: AuditMemory, { unavailable }: Intents, at: Date): void {
  if (unavailable === undefined) memory.stripeSince = at;
}

async function idsToRead(books: Books, from: Date, lateBefore: Date): Promise<Set<string>> {
  const { orders, reservations, payments, shipments, notifications } = books;
  const conditions = [{ changedAt: { $gte: from } }, { due: { $lt: lateBefore } }, { outboxAt: { $lt: lateBefore } }];
  const queries = [orders, reservations, payments, shipments, notifications].flatMap((collection) =>
    conditions.map((condition) =>
      (collection as Books['orders']).find(condition, { projection: { _id: 1 } }).toArray(),
    ),
  );
  return new Set((await Promise.all(queries)).flat().map(({ _id }) => _id));
}

/** Has the next batch read while this one is being worked on. */
async function* ahead<Item>(source: AsyncGenerator<Item>): AsyncGenerator<Item> {
  let next = source.next();
  for (;;) {
    const { value, done } = await next;
    if (done) return;
    next = source.next();
    // Whoever stops in the middle leaves this one behind; its failure is nobody's then.
    next.catch(() => {});
    yield value;
  }
}

export function* inBatches<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

import { errorMessage } from '@orderflow/runtime';
import { type Dossier, dossierOf, type HoldView, type Pages, readPages, walkPages } from './dossier.ts';
import type { Books, Sources } from './sources.ts';
import { holdsByOrder } from './stock.ts';
import type { IntentView, StripeBooks } from './stripe-books.ts';
import type { StockBook } from './views.ts';

/** Written in so short a time before the last audit began, it may not have been visible to it. */
const OVERLAP_MS = 10_000;
/** Calls to Stripe at once; it allows a hundred reads a second. */
const STRIPE_CALLS = 8;
const BATCH = 500;
/** Ranges of the send ledger in one query. */
const READ_BATCH = 100;

/** Reads orders with their stock and, where Stripe is asked, their intents. */
export interface OrderReader {
  /** The stock as it was last read. */
  stock(): readonly StockBook[];
  readStock(): Promise<void>;
  everything(): AsyncGenerator<Dossier[]>;
  /** What changed since, what was to be looked at again, what holds stock and what is late. */
  changed(since: Date, again: Iterable<string>, lateBefore: Date): AsyncGenerator<Dossier[]>;
  these(ids: readonly string[]): AsyncGenerator<Dossier[]>;
  /** Why Stripe could not be asked. */
  readonly stripeUnavailable: string | undefined;
}

export function orderReader({ books, stripe }: Sources): OrderReader {
  let stock: readonly StockBook[] = [];
  let holds: ReadonlyMap<string, readonly HoldView[]> = new Map();
  let stripeUnavailable = stripe ? undefined : 'no Stripe key was given';
  const intents = new Map<string, Map<string, IntentView>>();

  const remember = (intent: IntentView, orderId = intent.orderId) => {
    if (orderId === undefined) return;
    const known = intents.get(orderId) ?? new Map<string, IntentView>();
    intents.set(orderId, known.set(intent.id, intent));
  };

  const asking = async (work: (stripe: StripeBooks) => Promise<void>) => {
    if (!stripe || stripeUnavailable !== undefined) return;
    try {
      await work(stripe);
    } catch (error) {
      stripeUnavailable = `Stripe did not answer: ${errorMessage(error)}`;
    }
  };

  const listIntents = (since?: Date) =>
    asking(async (books) => {
      for await (const intent of books.created(since)) remember(intent);
    });

  /** What Stripe says now of the intents that we know of. */
  const askAgain = (pages: readonly Pages[]) =>
    asking(async (books) => {
      const asked = pages.flatMap(({ orderId, payment }) => {
        const known = [...(intents.get(orderId)?.keys() ?? [])];
        return [...new Set([...known, ...(payment?.intentId ? [payment.intentId] : [])])].map((id) => ({
          orderId,
          id,
        }));
      });
      const next = asked.values();
      const one = async () => {
        for (const { orderId, id } of next) {
          const intent = await books.intent(id);
          if (intent) remember(intent, orderId);
          else intents.get(orderId)?.delete(id);
        }
      };
      await Promise.all(Array.from({ length: STRIPE_CALLS }, one));
    });

  const dossiers = (pages: readonly Pages[]): Dossier[] =>
    pages.map((page) =>
      dossierOf(
        page,
        holds.get(page.orderId) ?? [],
        stripeUnavailable === undefined ? [...(intents.get(page.orderId)?.values() ?? [])] : undefined,
      ),
    );

  async function* read(ids: Iterable<string>): AsyncGenerator<Dossier[]> {
    for (const batch of inBatches([...ids], READ_BATCH)) {
      const pages = await readPages(books, batch);
      await askAgain(pages);
      yield dossiers(pages.filter(exists));
    }
  }

  return {
    get stripeUnavailable() {
      return stripeUnavailable;
    },
    stock: () => stock,
    readStock: async () => {
      stock = await books.stock.find().toArray();
      holds = holdsByOrder(stock);
    },
    everything: async function* () {
      await listIntents();
      for await (const pages of ahead(walkPages(books, BATCH))) yield dossiers(pages);
    },
    changed: async function* (since, again, lateBefore) {
      const from = new Date(since.getTime() - OVERLAP_MS);
      await listIntents(from);
      const ids = await idsToRead(books, from, lateBefore);
      yield* read(new Set([...ids, ...again, ...holds.keys(), ...intents.keys()]));
    },
    these: read,
  };
}

const exists = ({ order, reservation, payment, shipment, correspondence, sends }: Pages): boolean =>
  [order, reservation, payment, shipment, correspondence].some((book) => book !== undefined) || sends.length > 0;

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

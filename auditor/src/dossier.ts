import type { EventDefinition, EventOf, OrderflowEvent } from '@orderflow/contracts';
import type { Books } from './sources.ts';
import type { IntentView } from './stripe-books.ts';
import type {
  Book,
  CorrespondenceBook,
  OrderBook,
  PaymentBook,
  ReservationBook,
  SendBook,
  ShipmentBook,
} from './views.ts';

/** An event that was said. Without `data` we know of it from the timeline only: the gateway keeps no more. */
export type Said = Pick<OrderflowEvent, 'id' | 'type' | 'source' | 'time' | 'causationid'> & {
  readonly data?: unknown;
};

/** What an order holds of the stock, as the stock's documents say. */
export interface HoldView {
  readonly stockId: string;
  readonly sku: string;
  readonly warehouse: string;
  readonly quantity: number;
}

/** All that is known of one order, from every book. */
export interface Dossier {
  readonly orderId: string;
  readonly order?: OrderBook | undefined;
  readonly reservation?: ReservationBook | undefined;
  readonly payment?: PaymentBook | undefined;
  readonly shipment?: ShipmentBook | undefined;
  readonly correspondence?: CorrespondenceBook | undefined;
  readonly sends: readonly SendBook[];
  readonly holds: readonly HoldView[];
  /** Undefined: Stripe was not asked. */
  readonly intents?: readonly IntentView[] | undefined;
  readonly said: ReadonlyMap<string, Said>;
  readonly byType: ReadonlyMap<string, readonly Said[]>;
  /** When any of its documents was last written. */
  readonly changedAt: Date;
}

export type Pages = Omit<Dossier, 'said' | 'byType' | 'changedAt' | 'holds' | 'intents'>;

/** Where each worker marks what it has handled. */
const BOOK_OF_WORKER = {
  gateway: 'order',
  'order-process': 'order',
  inventory: 'reservation',
  payment: 'payment',
  delivery: 'shipment',
  notification: 'correspondence',
} as const satisfies Record<string, keyof Dossier>;

/** Names of the documents, as violations tell them. */
const COLLECTIONS = {
  order: 'orders',
  reservation: 'reservations',
  payment: 'payments',
  shipment: 'shipments',
  correspondence: 'notifications',
} as const;
type BookName = keyof typeof COLLECTIONS;

export const isKnownWorker = (worker: string): worker is keyof typeof BOOK_OF_WORKER =>
  Object.hasOwn(BOOK_OF_WORKER, worker);

/** The worker's document of this order. */
export function bookOf(dossier: Pages, worker: string): Book | undefined {
  return isKnownWorker(worker) ? dossier[BOOK_OF_WORKER[worker]] : undefined;
}

export function documentOf(dossier: Pick<Dossier, 'orderId'>, book: BookName): string {
  return `${COLLECTIONS[book]}/${dossier.orderId}`;
}

export const documentOfWorker = (dossier: Pick<Dossier, 'orderId'>, worker: string): string =>
  isKnownWorker(worker) ? documentOf(dossier, BOOK_OF_WORKER[worker]) : worker;

export const booksIn = ({ order, reservation, payment, shipment, correspondence }: Pages): Book[] =>
  [order, reservation, payment, shipment, correspondence].filter((book) => book !== undefined);

/** Puts together what was said about the order, and when it last moved. */
export function dossierOf(pages: Pages, holds: readonly HoldView[], intents?: readonly IntentView[]): Dossier {
  const said = new Map<string, Said>();
  let changed = pages.order ? Date.parse(pages.order.placedAt) : 0;
  for (const book of booksIn(pages)) {
    const { handled = {}, outbox = [], changedAt } = book;
    for (const id in handled) for (const event of handled[id] ?? []) said.set(event.id, event);
    for (const event of outbox) said.set(event.id, event);
    changed = Math.max(changed, changedAt?.getTime() ?? 0);
  }
  for (const { eventId, type, source, at, causedBy } of pages.order?.timeline ?? []) {
    if (said.has(eventId)) continue;
    said.set(eventId, { id: eventId, type, source, time: at, ...(causedBy ? { causationid: causedBy } : {}) });
  }
  const byType = Map.groupBy(said.values(), ({ type }) => type);
  return { ...pages, holds, intents, said, byType, changedAt: new Date(changed) };
}

/** The facts of this kind that were said about the order, with their data. */
export function factsOf<D extends EventDefinition>(dossier: Dossier, definition: D): EventOf<D>[] {
  return (dossier.byType.get(definition.type) ?? []).filter(({ data }) => data !== undefined) as EventOf<D>[];
}

export const wasSaid = (dossier: Dossier, definition: EventDefinition): boolean => dossier.byType.has(definition.type);

/** A parcel that no warehouse can send waits at inventory for another try. */
export const isTriedAgain = ({ reservation }: Dossier): boolean =>
  (reservation?.parcels ?? []).some(
    ({ status, tryAt }) => tryAt !== undefined && (status === 'held' || status === 'replacing'),
  );

export const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);

const SENDS_PER_ORDER = 10;

/** What the checks read; the rest is as long as the order and has no bearing on whether books agree. */
const always = { revision: 1, handled: 1, changedAt: 1, due: 1, outbox: 1, outboxAt: 1 } as const;
/** Without the texts. */
const timeline = {
  'timeline.eventId': 1,
  'timeline.type': 1,
  'timeline.source': 1,
  'timeline.at': 1,
  'timeline.causedBy': 1,
} as const;
const READ = {
  orders: {
    ...always,
    ...{ status: 1, payment: 1, shipment: 1, total: 1, placedAt: 1, ...timeline, parcels: 1, captured: 1 },
    ...{ refunded: 1, refunds: 1, returns: 1, attention: 1, cancel: 1, 'lines.sku': 1, 'lines.quantity': 1 },
  },
  reservations: { ...always, status: 1, parcels: 1, restocks: 1 },
  payments: { ...always, status: 1, amount: 1, intentId: 1, captured: 1, refunds: 1, lookAt: 1, refundsAt: 1 },
  shipments: always,
  // Why nothing was written is in the hops.
  notifications: { ...always, hops: 1, notices: 1, waiting: 1 },
} as const;

/** Reads what is known of these orders. */
export async function readPages(books: Books, ids: readonly string[], withHops = false): Promise<Pages[]> {
  if (ids.length === 0) return [];
  const these = { _id: { $in: [...ids] } };
  const ranges = ids.map((id) => ({ _id: { $gte: `${id}:`, $lt: `${id};` } }));
  const orders = books.orders.find(these, reading('orders', ids.length, withHops)).toArray();
  const sends = ranges.length === 1 ? (ranges[0] as object) : { $or: ranges };
  return join(books, orders, { these, sends, withHops, batch: ids.length }, ids);
}

/**
 * Walks over every order in the order of their ids, in all books side by side, so that a payment or a shipment
 * without an order is found as well.
 */
export async function* walkPages(books: Books, batch: number): AsyncGenerator<Pages[]> {
  let after = '';
  for (;;) {
    const orders = await books.orders
      .find({ _id: { $gt: after } }, reading('orders', batch))
      .sort({ _id: 1 })
      .limit(batch)
      .toArray();
    const last = orders.length === batch ? orders.at(-1)?._id : undefined;
    const these = { _id: { $gt: after, ...(last === undefined ? {} : { $lte: last }) } };
    const sends = {
      _id: { ...(after ? { $gte: `${after};` } : {}), ...(last === undefined ? {} : { $lt: `${last};` }) },
    };
    yield join(books, orders, { these, sends: after || last !== undefined ? sends : {}, batch });
    if (last === undefined) return;
    after = last;
  }
}

/** Without a size of its own, a first batch has 101 documents and the rest costs another trip. */
const reading = (name: keyof typeof READ, batch: number, withHops = false) => ({
  projection: withHops ? {} : READ[name],
  batchSize: batch + 1,
});

async function join(
  books: Books,
  found: OrderBook[] | Promise<OrderBook[]>,
  given: { these: object; sends: object; batch: number; withHops?: boolean },
  ids?: readonly string[],
): Promise<Pages[]> {
  const { these, batch, withHops } = given;
  const [orders, reservations, payments, shipments, notifications, sends] = await Promise.all([
    found,
    books.reservations.find(these, reading('reservations', batch, withHops)).toArray(),
    books.payments.find(these, reading('payments', batch, withHops)).toArray(),
    books.shipments.find(these, reading('shipments', batch, withHops)).toArray(),
    books.notifications.find(these, reading('notifications', batch, withHops)).toArray(),
    books.sends.find(given.sends, { batchSize: SENDS_PER_ORDER * batch }).toArray(),
  ]);
  const order = byId(orders);
  const reservation = byId(reservations);
  const payment = byId(payments);
  const shipment = byId(shipments);
  const correspondence = byId(notifications);
  const sent = Map.groupBy(sends, ({ _id }) => _id.split(':', 1)[0] as string);
  const known =
    ids ?? new Set([order, reservation, payment, shipment, correspondence, sent].flatMap((map) => [...map.keys()]));
  return [...known].map((orderId) => ({
    orderId,
    order: order.get(orderId) as OrderBook | undefined,
    reservation: reservation.get(orderId) as ReservationBook | undefined,
    payment: payment.get(orderId) as PaymentBook | undefined,
    shipment: shipment.get(orderId) as ShipmentBook | undefined,
    correspondence: correspondence.get(orderId) as CorrespondenceBook | undefined,
    sends: (sent.get(orderId) ?? []) as SendBook[],
  }));
}

const byId = <Document extends { _id: string }>(documents: readonly Document[]): Map<string, Document> =>
  new Map(documents.map((document) => [document._id, document]));

import { PermanentError, unpacked } from '@orderflow/runtime';
import { withArchived, withArchivedOf } from './archived-documents.ts';
import type { Directory } from './directory.ts';
import type {
  AggregateDocument,
  CorrespondenceDocument,
  OrderDocument,
  PaymentDocument,
  ReservationDocument,
  SendDocument,
  ShipmentDocument,
} from './documents.ts';
import type { Collections } from './sources.ts';

/** The documents of one order, as the services store them. */
export interface RawDocuments {
  readonly orderId: string;
  readonly order?: OrderDocument | undefined;
  readonly reservation?: ReservationDocument | undefined;
  readonly payment?: PaymentDocument | undefined;
  readonly shipment?: ShipmentDocument | undefined;
  readonly correspondence?: CorrespondenceDocument | undefined;
  readonly sends: readonly SendDocument[];
  /** Of other workers, by the collection's name. */
  readonly others: ReadonlyMap<string, AggregateDocument>;
  /** Collections in whose archive it is, and cannot be read. */
  readonly unreadable: readonly string[];
  /** Whose documents these are. */
  readonly directory: Directory;
}

export const documentsIn = ({
  order,
  reservation,
  payment,
  shipment,
  correspondence,
  others,
}: RawDocuments): AggregateDocument[] =>
  [order, reservation, payment, shipment, correspondence, ...others.values()].filter(
    (document) => document !== undefined,
  );

const SENDS_PER_ORDER = 10;

/** The fields that checks read; the others are long and no check depends on them. */
const always = {
  ...{ revision: 1, changedAt: 1, due: 1 },
  ...{ handled: 1, compacted: 1, outbox: 1, outboxAt: 1, relayed: 1 },
} as const;
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
    ...{
      refunded: 1,
      refunds: 1,
      returns: 1,
      attention: 1,
      settled: 1,
      disputes: 1,
      cancel: 1,
      edits: 1,
      'contact.email': 1,
      mailbox: 1,
      'lines.sku': 1,
      'lines.quantity': 1,
    },
    ...{ erased: 1, 'contact.email': 1 },
    ...{ subtotal: 1, shipping: 1, tax: 1, shippingGross: 1, 'lines.unitGross': 1, 'lines.gross': 1 },
  },
  reservations: { ...always, status: 1, parcels: 1, restocks: 1, edits: 1 },
  payments: {
    ...{ ...always, status: 1, amount: 1, intentId: 1, captured: 1, refunds: 1, lookAt: 1, refundsAt: 1 },
    ...{ disputes: 1, review: 1, edited: 1 },
  },
  shipments: { ...always, 'contact.email': 1 },
  // Hops say why no notice was written.
  notifications: { ...always, 'contact.email': 1, hops: 1, notices: 1, waiting: 1 },
} as const;

/** Reads the documents of these orders. */
export async function readDocuments(
  collections: Collections,
  ids: readonly string[],
  withHops = false,
): Promise<RawDocuments[]> {
  if (ids.length === 0) return [];
  const these = { _id: { $in: [...ids] } };
  const ranges = ids.map((id) => ({ _id: { $gte: `${id}:`, $lt: `${id};` } }));
  const orders = async () => {
    const found = await collections.orders.find(these, reading('orders', ids.length, withHops)).toArray();
    return withArchivedOf(collections, 'orders', found, ids);
  };
  const sends = ranges.length === 1 ? (ranges[0] as object) : { $or: ranges };
  return join(collections, orders(), { these, sends, withHops, batch: ids.length }, ids);
}

/**
 * Reads the documents of every order by ascending id, all collections side by side, so that a payment or a shipment
 * without an order is found as well.
 * @param whole with every field, not only what checks read
 */
export async function* readAllDocuments(
  collections: Collections,
  batch: number,
  { after = '', whole = false } = {},
): AsyncGenerator<RawDocuments[]> {
  for (;;) {
    const next = { _id: { $gt: after } };
    const found = await collections.orders
      .find(next, reading('orders', batch, whole))
      .sort({ _id: 1 })
      .limit(batch)
      .toArray();
    const all = await withArchived(collections, 'orders', found, next, { sort: { _id: 1 }, limit: batch });
    const orders = all.toSorted((a, b) => (a._id < b._id ? -1 : 1)).slice(0, batch);
    const last = orders.length === batch ? orders.at(-1)?._id : undefined;
    const these = { _id: { $gt: after, ...(last === undefined ? {} : { $lte: last }) } };
    const sends = {
      _id: { ...(after ? { $gte: `${after};` } : {}), ...(last === undefined ? {} : { $lt: `${last};` }) },
    };
    yield join(collections, orders, { these, sends: after || last !== undefined ? sends : {}, batch, withHops: whole });
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
  collections: Collections,
  found: OrderDocument[] | Promise<OrderDocument[]>,
  given: { these: object; sends: object; batch: number; withHops?: boolean },
  ids?: readonly string[],
): Promise<RawDocuments[]> {
  const { these, batch, withHops } = given;
  const unreadable = new Map<string, string[]>();
  const readableOf = <Document extends AggregateDocument>(name: string, documents: readonly Document[]) => {
    for (const { _id } of documents.filter(({ isUnreadable }) => isUnreadable))
      unreadable.set(_id, [...(unreadable.get(_id) ?? []), name]);
    return byId(documents.filter(({ isUnreadable }) => !isUnreadable));
  };
  const whole = <Document extends AggregateDocument>(name: string, documents: readonly Document[]) =>
    ids ? withArchivedOf(collections, name, documents, ids) : withArchived(collections, name, documents, these);
  const read = async <Name extends 'reservations' | 'payments' | 'shipments' | 'notifications'>(name: Name) => {
    const collection = collections[name] as Collections['payments'];
    return whole(name, await collection.find(these, reading(name, batch, withHops)).toArray());
  };
  const readOthers = [...collections.others].map(async ([name, collection]) => {
    const options = { projection: withHops ? {} : always, batchSize: batch + 1 };
    return [name, readableOf(name, await whole(name, await collection.find(these, options).toArray()))] as const;
  });
  const [orders, reservations, payments, shipments, notifications, sends, others] = await Promise.all([
    found,
    read('reservations'),
    read('payments'),
    read('shipments'),
    read('notifications'),
    collections.sends.find(given.sends, { batchSize: SENDS_PER_ORDER * batch }).toArray(),
    Promise.all(readOthers),
  ]);
  const order = readableOf('orders', orders);
  const reservation = readableOf('reservations', reservations);
  const payment = readableOf('payments', payments);
  const shipment = readableOf('shipments', shipments);
  const correspondence = readableOf('notifications', notifications);
  const sent = Map.groupBy(sends, ({ _id }) => _id.split(':', 1)[0] as string);
  const known =
    ids ??
    new Set(
      [
        ...[order, reservation, payment, shipment, correspondence, sent, unreadable],
        ...others.map(([, found]) => found),
      ].flatMap((found) => [...found.keys()]),
    );
  return [...known].map((orderId) => ({
    orderId,
    order: order.get(orderId) as OrderDocument | undefined,
    reservation: reservation.get(orderId) as ReservationDocument | undefined,
    payment: payment.get(orderId) as PaymentDocument | undefined,
    shipment: shipment.get(orderId) as ShipmentDocument | undefined,
    correspondence: correspondence.get(orderId) as CorrespondenceDocument | undefined,
    sends: (sent.get(orderId) ?? []) as SendDocument[],
    others: new Map(
      others.flatMap(([name, found]) => {
        const document = found.get(orderId);
        return document ? [[name, document] as const] : [];
      }),
    ),
    unreadable: unreadable.get(orderId) ?? [],
    directory: collections.directory,
  }));
}

const byId = <Document extends AggregateDocument>(documents: readonly Document[]): Map<string, Document> =>
  new Map(documents.map((document) => [document._id, withMarks(document)]));

/** What cannot be read stays as it is, for a check to find. */
function withMarks<Document extends AggregateDocument>(document: Document): Document {
  try {
    return unpacked(document);
  } catch (error) {
    if (error instanceof PermanentError) return document;
    throw error;
  }
}

import mongoose, { type Connection } from 'mongoose';
import type { BrokerView } from './broker.ts';
import type { StripeBooks } from './stripe-books.ts';
import type {
  CorrespondenceBook,
  OrderBook,
  PaymentBook,
  ReservationBook,
  SendBook,
  ShipmentBook,
  StockBook,
} from './views.ts';

type Collection<Document extends mongoose.mongo.Document> = mongoose.mongo.Collection<Document>;

/** The collections that are read; never written. */
export interface Books {
  readonly orders: Collection<OrderBook>;
  readonly reservations: Collection<ReservationBook>;
  readonly stock: Collection<StockBook>;
  readonly payments: Collection<PaymentBook>;
  readonly shipments: Collection<ShipmentBook>;
  readonly notifications: Collection<CorrespondenceBook>;
  readonly sends: Collection<SendBook>;
}

/** All that the auditor reads. What is absent is not asked, and the checks that need it are named as skipped. */
export interface Sources {
  readonly books: Books;
  readonly broker?: BrokerView;
  readonly stripe?: StripeBooks;
}

/**
 * The books of all services on one cluster.
 * @param prefix of the databases' names; the service's name follows it
 */
export function booksOf(connection: Connection, prefix: string): Books {
  const of = (service: string) => connection.useDb(`${prefix}${service}`, { useCache: true });
  const inventory = of('inventory');
  const notification = of('notification');
  // Dates, strings and numbers only: nothing here needs mongoose's casting, and models would cost more than the reading.
  const collection = <Document extends mongoose.mongo.Document>(database: Connection, name: string) =>
    database.collection(name) as unknown as Collection<Document>;
  return {
    orders: collection(of('gateway'), 'orders'),
    reservations: collection(inventory, 'reservations'),
    stock: collection(inventory, 'stock'),
    payments: collection(of('payment'), 'payments'),
    shipments: collection(of('delivery'), 'shipments'),
    notifications: collection(notification, 'notifications'),
    sends: collection(notification, 'sends'),
  };
}

/** Connects to the cluster; operations fail after a few seconds without it. */
export function connectBooks(uri: string): Connection {
  return mongoose.createConnection(uri, { appName: 'auditor', serverSelectionTimeoutMS: 5_000, autoIndex: false });
}

import { setTimeout as pause } from 'node:timers/promises';
import { errorMessage, type Logger, type OpenCircuit, type SettingsNotice } from '@orderflow/runtime';
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

/** How long an operation waits for a server. */
const SERVER_TIMEOUT_MS = 5_000;
/** How long it waits for an answer: one query that hangs would be the last audit for good. */
const ANSWER_TIMEOUT_MS = 60_000;
const RETRY_MS = 1_000;

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
  /** What staff removed from the dead-letter queues. */
  readonly discards: Collection<{ worker: string; eventId: string }>;
  /** Of each worker, the board that says whether its circuit is open. */
  readonly circuits: readonly Collection<OpenCircuit & mongoose.mongo.Document>[];
  /** Of each service, the shared settings that it was started with. */
  readonly settings: readonly Collection<SettingsNotice & mongoose.mongo.Document>[];
}

/** All that the auditor reads. What is absent is not asked, and the checks that need it are named as skipped. */
export interface Sources {
  readonly books: Books;
  readonly broker?: BrokerView;
  readonly stripe?: StripeBooks;
  /** Others put intents in the same account, so one without an order may be theirs. */
  readonly stripeIsShared?: boolean;
}

/**
 * The books of all services on one cluster.
 * @param prefix of the databases' names; the service's name follows it
 */
export function booksOf(connection: Connection, prefix: string): Books {
  const of = (service: string) => connection.useDb(`${prefix}${service}`, { useCache: true });
  const inventory = of('inventory');
  const notification = of('notification');
  const services = [of('gateway'), inventory, of('payment'), of('delivery'), notification];
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
    discards: collection(of('gateway'), 'discards'),
    circuits: services.map((database) => collection(database, 'circuits')),
    settings: services.map((database) => collection(database, 'settings')),
  };
}

export interface BooksConnection {
  readonly database: Connection;
  /** Resolves once the cluster has been reached; it is tried until then. */
  readonly connected: Promise<void>;
  close(): Promise<void>;
}

/** Connects to the cluster in the background; operations fail after a few seconds without it. */
export function connectBooks(uri: string, log: Logger): BooksConnection {
  const database = mongoose.createConnection();
  const options = {
    appName: 'auditor',
    serverSelectionTimeoutMS: SERVER_TIMEOUT_MS,
    socketTimeoutMS: ANSWER_TIMEOUT_MS,
    autoIndex: false,
  };
  let closed = false;
  database.on('error', (error) => log.warn({ error: errorMessage(error) }, 'store error'));
  const connect = async () => {
    while (!closed) {
      try {
        await database.openUri(uri, options);
        return;
      } catch (error) {
        log.warn({ error: errorMessage(error) }, 'cannot reach the store');
        await pause(RETRY_MS);
      }
    }
  };
  return {
    database,
    connected: connect(),
    close: async () => {
      closed = true;
      await database.close();
    },
  };
}

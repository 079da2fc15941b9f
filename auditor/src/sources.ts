import { setTimeout as pause } from 'node:timers/promises';
import { errorMessage, type Logger, type OpenCircuit, type SettingsNotice } from '@orderflow/runtime';
import mongoose, { type Connection } from 'mongoose';
import type { BrokerReader } from './broker-reader.ts';
import type {
  CorrespondenceDocument,
  OrderDocument,
  PaymentDocument,
  ReservationDocument,
  SendDocument,
  ShipmentDocument,
  StockDocument,
} from './documents.ts';
import type { StripeReader } from './stripe-reader.ts';

/** How long an operation waits for a server. */
const SERVER_TIMEOUT_MS = 5_000;
/** How long an operation waits for an answer: a query without a limit could end auditing for good. */
const ANSWER_TIMEOUT_MS = 60_000;
const RETRY_MS = 1_000;

type Collection<Document extends mongoose.mongo.Document> = mongoose.mongo.Collection<Document>;

/** The collections that are read; never written. */
export interface Collections {
  readonly orders: Collection<OrderDocument>;
  readonly reservations: Collection<ReservationDocument>;
  readonly stock: Collection<StockDocument>;
  readonly payments: Collection<PaymentDocument>;
  readonly shipments: Collection<ShipmentDocument>;
  readonly notifications: Collection<CorrespondenceDocument>;
  readonly sends: Collection<SendDocument>;
  /** What staff removed from the dead-letter queues. */
  readonly discards: Collection<{ worker: string; eventId: string }>;
  /** Of each worker, whether its circuit is open. */
  readonly circuits: readonly Collection<OpenCircuit & mongoose.mongo.Document>[];
  /** Of each service, the shared settings that it was started with. */
  readonly settings: readonly Collection<SettingsNotice & mongoose.mongo.Document>[];
}

/** Everything that the auditor reads. Checks that need an absent source are reported as skipped. */
export interface Sources {
  readonly collections: Collections;
  readonly broker?: BrokerReader;
  readonly stripe?: StripeReader;
  /** Others use the same Stripe account, so an intent without an order may be theirs. */
  readonly stripeIsShared?: boolean;
}

/**
 * The collections of all services on one cluster.
 * @param prefix of the databases' names; the service's name follows it
 */
export function collectionsOf(connection: Connection, prefix: string): Collections {
  const of = (service: string) => connection.useDb(`${prefix}${service}`, { useCache: true });
  const inventory = of('inventory');
  const notification = of('notification');
  const services = [of('gateway'), inventory, of('payment'), of('delivery'), notification];
  // Documents have dates, strings and numbers only: mongoose's casting would cost more than reading them.
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

export interface StoreConnection {
  readonly database: Connection;
  /** Resolves once the cluster has been reached; it is tried until then. */
  readonly connected: Promise<void>;
  close(): Promise<void>;
}

/** Connects to the cluster in the background; operations fail after a few seconds without it. */
export function connectStore(uri: string, log: Logger): StoreConnection {
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

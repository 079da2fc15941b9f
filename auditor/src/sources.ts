import { setTimeout as pause } from 'node:timers/promises';
import {
  type Archived,
  archiveName,
  errorMessage,
  type Logger,
  type OpenCircuit,
  type SettingsNotice,
  type Subscription,
} from '@orderflow/runtime';
import mongoose, { type Connection } from 'mongoose';
import type { BrokerReader } from './broker-reader.ts';
import type { Choreography } from './choreography.ts';
import { type Directory, directoryOf } from './directory.ts';
import type {
  AggregateDocument,
  CorrespondenceDocument,
  IssuedDocument,
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
  /** Invoices and credit notes. */
  readonly documents: Collection<IssuedDocument>;
  /** Documents of which no check knows more than the runtime's fields, by the collection's name. */
  readonly others: ReadonlyMap<string, Collection<AggregateDocument>>;
  /** What was moved out of these collections, by their names. */
  readonly archives: ReadonlyMap<string, Collection<Archived>>;
  /** What staff removed from the dead-letter queues. */
  readonly discards: Collection<{ worker: string; eventId: string }>;
  /** Of each database, whose circuits are open. */
  readonly circuits: readonly Collection<OpenCircuit & mongoose.mongo.Document>[];
  /** Of each service, the shared settings that it was started with. */
  readonly settings: readonly Collection<SettingsNotice & mongoose.mongo.Document>[];
  /** Of each database, since when its workers hear which events. */
  readonly subscriptions: readonly Collection<Subscription & mongoose.mongo.Document>[];
  /** Whose documents these are. */
  readonly directory: Directory;
}

/** Collections that the auditor's own checks are about. */
const CHECKED = ['orders', 'reservations', 'payments', 'shipments', 'notifications'] as const;
type Checked = (typeof CHECKED)[number];
const isChecked = (collection: string): collection is Checked => CHECKED.some((name) => name === collection);

/** Everything that the auditor reads. Checks that need an absent source are reported as skipped. */
export interface Sources {
  readonly collections: Collections;
  readonly broker?: BrokerReader;
  readonly stripe?: StripeReader;
  /** Others use the same Stripe account, so an intent without an order may be theirs. */
  readonly stripeIsShared?: boolean;
}

/**
 * The collections of all services on one cluster, found by the workers' definitions.
 * @param prefix of the databases' names; the service's name follows it
 * @throws Error where no definition has a collection that the auditor's checks are about
 */
export function collectionsOf(connection: Connection, prefix: string, choreography: Choreography): Collections {
  const of = (service: string) => connection.useDb(`${prefix}${service.replaceAll('-', '_')}`, { useCache: true });
  const databases = [...new Set(choreography.map(({ database }) => database))].map(of);
  const places = new Map(
    choreography.flatMap(({ collection, database }) =>
      collection === undefined ? [] : [[collection, of(database)] as const],
    ),
  );
  const withCollection = (name: Checked): Connection => {
    const database = places.get(name);
    if (!database) throw new Error(`No worker's definition has the collection ${name}`);
    return database;
  };
  // Documents have dates, strings and numbers only: mongoose's casting would cost more than reading them.
  const collection = <Document extends mongoose.mongo.Document>(database: Connection, name: string) =>
    database.collection(name) as unknown as Collection<Document>;
  const checked = <Document extends mongoose.mongo.Document>(name: Checked) =>
    collection<Document>(withCollection(name), name);
  return {
    orders: checked('orders'),
    reservations: checked('reservations'),
    stock: collection(withCollection('reservations'), 'stock'),
    payments: checked('payments'),
    shipments: checked('shipments'),
    notifications: checked('notifications'),
    sends: collection(withCollection('notifications'), 'sends'),
    others: new Map(
      [...places]
        .filter(([name]) => !isChecked(name))
        .map(([name, database]) => [name, collection<AggregateDocument>(database, name)]),
    ),
    archives: new Map([...places].map(([name, database]) => [name, collection<Archived>(database, archiveName(name))])),
    documents: collection(withCollection('orders'), 'documents'),
    discards: collection(withCollection('orders'), 'discards'),
    circuits: databases.map((database) => collection(database, 'circuits')),
    subscriptions: databases.map((database) => collection(database, 'subscriptions')),
    directory: directoryOf(choreography),
    settings: databases.map((database) => collection(database, 'settings')),
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

import { randomBytes } from 'node:crypto';
import type { AuditReport } from '@orderflow/contracts';
import type { Connection } from 'mongoose';
import { type AuditOptions, audit } from '../src/audit.ts';
import type { BrokerReader, DeadLetter, QueueDepth } from '../src/broker-reader.ts';
import type { Choreography } from '../src/choreography.ts';
import { type Collections, collectionsOf, type Sources } from '../src/sources.ts';
import type { IntentView, StripeReader } from '../src/stripe-reader.ts';
import { OrderHistoryBuilder, SKU, STOCK_ID, TOTAL, WAREHOUSE } from './order-history-builder.ts';

const MINUTE_MS = 60_000;
const INITIAL = 1_000_000;

/** Order histories that have ended or wait. */
export const ENDINGS = {
  delivered: (history: OrderHistoryBuilder) => history.delivered(),
  returned: (history: OrderHistoryBuilder) => history.returned(),
  returnFailed: (history: OrderHistoryBuilder) => history.returnFailed(),
  cancelled: (history: OrderHistoryBuilder) => history.cancelled(),
  unshippable: (history: OrderHistoryBuilder) => history.unshippable(),
  expired: (history: OrderHistoryBuilder) => history.expired(),
  rejected: (history: OrderHistoryBuilder) => history.rejected(),
  declined: (history: OrderHistoryBuilder) => history.declined(),
  confirmed: (history: OrderHistoryBuilder) => {
    history.confirmed();
    // Delivery will act again at a deadline.
    history.documents.shipment.due = new Date(Date.now() + 60 * MINUTE_MS);
    return history;
  },
} as const;
export type Ending = keyof typeof ENDINGS;

/** A broker that a spec fills. */
export interface StubBroker extends BrokerReader {
  readonly queues: Map<string, Omit<QueueDepth, 'isWorkers'>>;
  readonly letters: Map<string, DeadLetter[]>;
  /** Workers whose processes are connected. */
  readonly processes: Set<string>;
}

export interface AuditFixture {
  /** Of the databases' names. */
  readonly prefix: string;
  readonly choreography: Choreography;
  readonly collections: Collections;
  readonly sources: Sources;
  readonly histories: Readonly<Record<Ending, OrderHistoryBuilder>>;
  readonly broker: StubBroker;
  readonly intents: Map<string, IntentView>;
  audit(options?: Partial<AuditOptions>, sources?: Sources): Promise<AuditReport>;
  close(): Promise<void>;
}

/** One order of each ending in a real store, all documents consistent. @param ageMs of the orders */
export async function createAuditFixture(
  connection: Connection,
  choreography: Choreography,
  ageMs = 10 * MINUTE_MS,
): Promise<AuditFixture> {
  const prefix = `auditor_${randomBytes(5).toString('hex')}_`;
  const collections = collectionsOf(connection, prefix, choreography);
  const at = new Date(Date.now() - ageMs);
  const entries = Object.entries(ENDINGS).map(
    ([name, build]) => [name, build(new OrderHistoryBuilder(choreography, at))] as const,
  );
  const histories = Object.fromEntries(entries) as Record<Ending, OrderHistoryBuilder>;
  await storeHistories(collections, Object.values(histories));
  const broker = stubBroker();
  const intents = new Map(
    Object.values(histories)
      .flatMap(intentOf)
      .map((intent) => [intent.id, intent]),
  );
  const sources: Sources = { collections, broker, stripe: stubStripe(intents) };
  return {
    prefix,
    choreography,
    collections,
    sources,
    histories,
    broker,
    intents,
    audit: (options = {}, given = sources) =>
      audit(given, { scope: 'full', choreography, graceMs: 30_000, recheckMs: 0, ...options }),
    close: async () => {
      for (const service of new Set(choreography.map(({ database }) => database))) {
        await connection.useDb(`${prefix}${service}`, { useCache: true }).dropDatabase();
      }
    },
  };
}

/** Stores the orders and the stock that they share. */
export async function storeHistories(
  collections: Collections,
  histories: readonly OrderHistoryBuilder[],
): Promise<void> {
  const all = histories.map((history) => history.documents);
  const insert = async (collection: keyof Collections, documents: readonly object[]) => {
    if (documents.length > 0)
      await (collections[collection] as Collections['orders']).insertMany(documents as never, { ordered: false });
  };
  await Promise.all([
    insert(
      'orders',
      all.map(({ order }) => order),
    ),
    insert(
      'reservations',
      all.map(({ reservation }) => reservation),
    ),
    insert(
      'payments',
      all.map(({ payment }) => payment),
    ),
    insert(
      'shipments',
      all.map(({ shipment }) => shipment),
    ),
    insert(
      'notifications',
      all.map(({ correspondence }) => correspondence),
    ),
    insert(
      'sends',
      all.flatMap(({ sends }) => sends),
    ),
  ]);
  await drawFromStock(collections, histories);
}

async function drawFromStock(collections: Collections, histories: readonly OrderHistoryBuilder[]): Promise<void> {
  const held = histories
    .filter(({ stock }) => stock.held > 0)
    .map(({ orderId, stock }) => [orderId, stock.held] as const);
  const committed = histories.reduce((sum, { stock }) => sum + stock.committed, 0);
  const restocks = Object.assign({}, ...histories.map(({ stock }) => stock.restocked)) as Record<string, number>;
  const restocked = Object.values(restocks).reduce((sum, quantity) => sum + quantity, 0);
  const holding = held.reduce((sum, [, quantity]) => sum + quantity, 0);
  const level = { sku: SKU, warehouse: WAREHOUSE, initial: INITIAL, onHand: INITIAL, available: INITIAL, committed: 0 };
  await collections.stock.updateOne(
    { _id: STOCK_ID },
    { $setOnInsert: { ...level, restocked: 0, held: 0, version: 1, holds: {}, plans: {}, restocks: {} } as never },
    { upsert: true },
  );
  const marks = Object.fromEntries([
    ...held.map(([orderId, quantity]) => [`holds.${orderId}`, quantity]),
    ...Object.entries(restocks).map(([refundId, quantity]) => [`restocks.${refundId}`, quantity]),
  ]);
  await collections.stock.updateOne({ _id: STOCK_ID }, {
    ...(Object.keys(marks).length > 0 ? { $set: marks } : {}),
    $inc: {
      committed,
      restocked,
      held: holding,
      onHand: restocked - committed,
      available: restocked - committed - holding,
      version: 1,
    },
  } as never);
}

const MONEY = { amount: TOTAL.amount, currency: TOTAL.currency };

/** The order's intents at Stripe. */
export function intentOf({ orderId, intentId, documents }: OrderHistoryBuilder): IntentView[] {
  const { status } = documents.payment as { status?: string };
  const at = documents.order.changedAt;
  const view = { id: intentId, orderId, ...MONEY, received: 0, refunded: 0, createdAt: at, changedAt: at };
  switch (status) {
    case 'authorized':
      return [{ ...view, status: 'requires_capture' }];
    case 'captured': {
      const refunds = (documents.payment.refunds ?? []) as { status: string }[];
      const refunded = refunds.some((refund) => refund.status !== 'failed') ? TOTAL.amount : 0;
      return [{ ...view, status: 'succeeded', received: TOTAL.amount, refunded }];
    }
    case 'voided':
      return [{ ...view, status: 'canceled' }];
    default:
      return [];
  }
}

export function stubBroker(): StubBroker {
  const queues: StubBroker['queues'] = new Map();
  const letters = new Map<string, DeadLetter[]>();
  const processes = new Set<string>();
  return {
    queues,
    letters,
    processes,
    connected: async () => [...processes],
    depths: async () =>
      new Map(
        [...new Set([...queues.keys(), ...letters.keys()])].map((worker) => [
          worker,
          {
            waiting: queues.get(worker)?.waiting ?? 0,
            deadLettered: letters.get(worker)?.length ?? 0,
            isWorkers: true,
          },
        ]),
      ),
    deadLettered: async (worker, limit) => (letters.get(worker) ?? []).slice(0, limit),
  };
}

export const stubStripe = (intents: ReadonlyMap<string, IntentView>): StripeReader => ({
  intent: async (id) => intents.get(id) ?? null,
  created: async function* (since) {
    for (const intent of intents.values()) if (!since || intent.createdAt >= since) yield intent;
  },
  refunds: async function* (since) {
    for (const { id, refunded, changedAt } of intents.values())
      if (refunded > 0 && changedAt >= since) yield { intentId: id, at: changedAt };
  },
});

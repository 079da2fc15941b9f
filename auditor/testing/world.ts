import { randomBytes } from 'node:crypto';
import type { AuditReport } from '@orderflow/contracts';
import type { Connection } from 'mongoose';
import { type AuditOptions, audit } from '../src/audit.ts';
import type { BrokerView, Depth, Letter } from '../src/broker.ts';
import type { Choreography } from '../src/choreography.ts';
import { type Books, booksOf, type Sources } from '../src/sources.ts';
import type { IntentView, StripeBooks } from '../src/stripe-books.ts';
import { SKU, STOCK_ID, Story, TOTAL, WAREHOUSE } from './story.ts';

const MINUTE_MS = 60_000;
const INITIAL = 1_000_000;

/** Stories that have ended or wait, all of them ten minutes ago. */
export const ENDINGS = {
  delivered: (story: Story) => story.delivered(),
  returned: (story: Story) => story.returned(),
  returnFailed: (story: Story) => story.returnFailed(),
  cancelled: (story: Story) => story.cancelled(),
  givenUp: (story: Story) => story.givenUp(),
  expired: (story: Story) => story.expired(),
  rejected: (story: Story) => story.rejected(),
  declined: (story: Story) => story.declined(),
  confirmed: (story: Story) => {
    story.confirmed();
    // It waits: delivery has looked at it and will do so again.
    story.books.shipment.due = new Date(Date.now() + 60 * MINUTE_MS);
    return story;
  },
} as const;
export type Ending = keyof typeof ENDINGS;

/** A broker as a spec wants it. */
export interface StubBroker extends BrokerView {
  readonly queues: Map<string, Depth>;
  readonly letters: Map<string, Letter[]>;
}

export interface World {
  readonly choreography: Choreography;
  readonly books: Books;
  readonly sources: Sources;
  readonly stories: Readonly<Record<Ending, Story>>;
  readonly broker: StubBroker;
  readonly intents: Map<string, IntentView>;
  audit(options?: Partial<AuditOptions>, sources?: Sources): Promise<AuditReport>;
  close(): Promise<void>;
}

/** A small world in a real store, of which every book agrees with every other. */
export async function smallWorld(connection: Connection, choreography: Choreography): Promise<World> {
  const prefix = `auditor_${randomBytes(5).toString('hex')}_`;
  const books = booksOf(connection, prefix);
  const at = new Date(Date.now() - 10 * MINUTE_MS);
  const told = Object.entries(ENDINGS).map(([name, tell]) => [name, tell(new Story(choreography, at))] as const);
  const stories = Object.fromEntries(told) as Record<Ending, Story>;
  await storeStories(books, Object.values(stories));
  const broker = stubBroker();
  const intents = new Map(
    Object.values(stories)
      .flatMap(intentOf)
      .map((intent) => [intent.id, intent]),
  );
  const sources: Sources = { books, broker, stripe: stubStripe(intents) };
  return {
    choreography,
    books,
    sources,
    stories,
    broker,
    intents,
    audit: (options = {}, given = sources) =>
      audit(given, { scope: 'full', choreography, graceMs: 30_000, recheckMs: 0, ...options }),
    close: async () => {
      for (const service of ['gateway', 'inventory', 'payment', 'delivery', 'notification']) {
        await connection.useDb(`${prefix}${service}`, { useCache: true }).dropDatabase();
      }
    },
  };
}

/** Stores the stories and the stock that they all draw from. */
export async function storeStories(books: Books, stories: readonly Story[]): Promise<void> {
  const all = stories.map((story) => story.books);
  const insert = async (collection: keyof Books, documents: readonly object[]) => {
    if (documents.length > 0)
      await (books[collection] as Books['orders']).insertMany(documents as never, { ordered: false });
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
  await drawFromStock(books, stories);
}

async function drawFromStock(books: Books, stories: readonly Story[]): Promise<void> {
  const held = stories
    .filter(({ stock }) => stock.held > 0)
    .map(({ orderId, stock }) => [orderId, stock.held] as const);
  const committed = stories.reduce((sum, { stock }) => sum + stock.committed, 0);
  const restocks = Object.assign({}, ...stories.map(({ stock }) => stock.restocked)) as Record<string, number>;
  const restocked = Object.values(restocks).reduce((sum, quantity) => sum + quantity, 0);
  const holding = held.reduce((sum, [, quantity]) => sum + quantity, 0);
  const level = { sku: SKU, warehouse: WAREHOUSE, initial: INITIAL, onHand: INITIAL, available: INITIAL, committed: 0 };
  await books.stock.updateOne(
    { _id: STOCK_ID },
    { $setOnInsert: { ...level, restocked: 0, held: 0, version: 1, holds: {}, plans: {}, restocks: {} } as never },
    { upsert: true },
  );
  const marks = Object.fromEntries([
    ...held.map(([orderId, quantity]) => [`holds.${orderId}`, quantity]),
    ...Object.entries(restocks).map(([refundId, quantity]) => [`restocks.${refundId}`, quantity]),
  ]);
  await books.stock.updateOne({ _id: STOCK_ID }, {
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

/** Stripe's side of a story. */
export function intentOf({ orderId, intentId, books }: Story): IntentView[] {
  const { status } = books.payment as { status?: string };
  const at = books.order.changedAt;
  const view = { id: intentId, orderId, ...MONEY, received: 0, refunded: 0, createdAt: at, changedAt: at };
  switch (status) {
    case 'authorized':
      return [{ ...view, status: 'requires_capture' }];
    case 'captured': {
      const refunded = Object.keys(books.payment.refunds as object).length > 0 ? TOTAL.amount : 0;
      return [{ ...view, status: 'succeeded', received: TOTAL.amount, refunded }];
    }
    case 'voided':
      return [{ ...view, status: 'canceled' }];
    default:
      return [];
  }
}

export function stubBroker(): StubBroker {
  const queues = new Map<string, Depth>();
  const letters = new Map<string, Letter[]>();
  return {
    queues,
    letters,
    depths: async () =>
      new Map(
        [...new Set([...queues.keys(), ...letters.keys()])].map((worker) => [
          worker,
          { waiting: queues.get(worker)?.waiting ?? 0, deadLettered: letters.get(worker)?.length ?? 0 },
        ]),
      ),
    deadLettered: async (worker, limit) => (letters.get(worker) ?? []).slice(0, limit),
  };
}

export const stubStripe = (intents: ReadonlyMap<string, IntentView>): StripeBooks => ({
  intent: async (id) => intents.get(id) ?? null,
  created: async function* (since) {
    for (const intent of intents.values()) if (!since || intent.createdAt >= since) yield intent;
  },
  refunds: async function* (since) {
    for (const { id, refunded, changedAt } of intents.values())
      if (refunded > 0 && changedAt >= since) yield { intentId: id, at: changedAt };
  },
});

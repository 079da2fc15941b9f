import { errorMessage } from '@orderflow/runtime';
import type { AuditMemory } from './memory.ts';
import type { RawDocuments } from './raw-documents.ts';
import type { IntentView, StripeReader } from './stripe-reader.ts';

/** Concurrent calls to Stripe, which allows a hundred reads a second; payment needs most of them. */
const CALLS = 8;
/** Attempts at one call; Stripe's client repeats each of them by itself. */
const ATTEMPTS = 2;
/** So many failed calls in a row are an outage. */
const GIVE_UP_AFTER = 6;

/** What Stripe says of the intents of orders, in one audit. */
export interface Intents {
  /** Why Stripe could not be asked. */
  readonly unavailable: string | undefined;
  /** Orders whose intents could not be read. */
  readonly unasked: ReadonlySet<string>;
  /** Reads intents created since (all of them without a date) and those refunded since, by hand too. */
  list(since: Date | undefined, refundsSince: Date): Promise<void>;
  listRefunds(since: Date): Promise<void>;
  /** Asks for every intent known of these orders that was not read since `forget`. */
  ask(rawDocuments: readonly RawDocuments[]): Promise<void>;
  forget(): void;
  /** Orders of which an intent is known. */
  orders(): Iterable<string>;
  isKnown(orderId: string): boolean;
  of(orderId: string): readonly IntentView[];
}

export function intentsAt(stripe: StripeReader | undefined, { mismatched }: Pick<AuditMemory, 'mismatched'>): Intents {
  const known = new Map<string, Map<string, IntentView>>();
  const read = new Set<string>();
  const refundedAt = new Map<string, Date>();
  const unasked = new Set<string>();
  let failedInARow = 0;
  let unavailable = stripe ? undefined : 'no Stripe key was given';

  const remember = (intent: IntentView, orderId = intent.orderId) => {
    if (orderId === undefined) return;
    read.add(intent.id);
    const theirs = known.get(orderId) ?? new Map<string, IntentView>();
    known.set(orderId, theirs.set(intent.id, intent));
  };

  /** Undefined: no answer. One failed call concerns its order only; many in a row are an outage. */
  const answerOf = async <Answer>(ask: (stripe: StripeReader) => Promise<Answer>, isVital = false) => {
    for (let attempt = 1; stripe && unavailable === undefined && attempt <= ATTEMPTS; attempt++) {
      try {
        const answer = await ask(stripe);
        failedInARow = 0;
        return { answer };
      } catch (error) {
        failedInARow += 1;
        const isOver = failedInARow >= GIVE_UP_AFTER || (isVital && attempt === ATTEMPTS);
        if (isOver) unavailable = `Stripe did not answer: ${errorMessage(error)}`;
      }
    }
    return undefined;
  };

  const askFor = async (orderId: string, id: string) => {
    const found = await answerOf((stripe) => stripe.intent(id));
    if (!found) unasked.add(orderId);
    else if (found.answer) remember(found.answer, orderId);
    else known.get(orderId)?.delete(id);
  };

  const listRefunds = async (since: Date) => {
    const found = await answerOf((stripe) => all(stripe.refunds(since)), true);
    for (const { intentId, at } of found?.answer ?? []) {
      const known = refundedAt.get(intentId);
      if (!known || known < at) refundedAt.set(intentId, at);
    }
  };

  return {
    get unavailable() {
      return unavailable;
    },
    unasked,
    list: async (since, refundsSince) => {
      const found = await answerOf((stripe) => all(stripe.created(since)), true);
      for (const intent of found?.answer ?? []) remember(intent);
      await listRefunds(refundsSince);
      const unread = [...refundedAt.keys()].filter((id) => !read.has(id));
      await inParallel(unread, async (id) => {
        const intent = await answerOf((stripe) => stripe.intent(id));
        if (intent?.answer) remember(intent.answer);
      });
    },
    listRefunds,
    ask: async (rawDocuments) => {
      const wanted = rawDocuments.flatMap(({ orderId, payment }) => {
        unasked.delete(orderId);
        const ids = [...(known.get(orderId)?.keys() ?? []), ...(mismatched.get(orderId) ?? []), payment?.intentId];
        return [...new Set(ids)].flatMap((id) => (id === undefined || read.has(id) ? [] : [{ orderId, id }]));
      });
      await inParallel(wanted, ({ orderId, id }) => askFor(orderId, id));
    },
    forget: () => read.clear(),
    orders: () => known.keys(),
    isKnown: (orderId) => known.has(orderId),
    of: (orderId) =>
      [...(known.get(orderId)?.values() ?? [])].map((intent) => {
        const at = refundedAt.get(intent.id);
        return at && at > intent.changedAt ? { ...intent, changedAt: at } : intent;
      }),
  };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const next = items.values();
  const one = async () => {
    for (const item of next) await work(item);
  };
  await Promise.all(Array.from({ length: CALLS }, one));
}

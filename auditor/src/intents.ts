import { errorMessage } from '@orderflow/runtime';
import type { Pages } from './dossier.ts';
import type { AuditMemory } from './memory.ts';
import type { IntentView, StripeBooks } from './stripe-books.ts';

/** Calls to Stripe at once; it allows a hundred reads a second, and payment wants most of them. */
const CALLS = 8;
/** Each by a client that has repeated it already. */
const ATTEMPTS = 2;
/** So many calls in a row that come to nothing are an outage. */
const GIVE_UP_AFTER = 6;

/** What Stripe says of the intents of orders, in one audit. */
export interface Intents {
  /** Why it could not be asked. */
  readonly unavailable: string | undefined;
  /** Orders of which it could not be asked. */
  readonly unasked: ReadonlySet<string>;
  /** Reads what was made since, everything without a date, and what was paid back since, by hand perhaps. */
  list(since: Date | undefined, refundsSince: Date): Promise<void>;
  listRefunds(since: Date): Promise<void>;
  /** Asks for every intent known of these orders that was not read since `forget`. */
  ask(pages: readonly Pages[]): Promise<void>;
  forget(): void;
  /** Orders of which an intent is known. */
  orders(): Iterable<string>;
  isKnown(orderId: string): boolean;
  of(orderId: string): readonly IntentView[];
}

export function intentsAt(stripe: StripeBooks | undefined, { strays }: Pick<AuditMemory, 'strays'>): Intents {
  const known = new Map<string, Map<string, IntentView>>();
  const read = new Set<string>();
  const refundedAt = new Map<string, Date>();
  const unasked = new Set<string>();
  let inVain = 0;
  let unavailable = stripe ? undefined : 'no Stripe key was given';

  const remember = (intent: IntentView, orderId = intent.orderId) => {
    if (orderId === undefined) return;
    read.add(intent.id);
    const theirs = known.get(orderId) ?? new Map<string, IntentView>();
    known.set(orderId, theirs.set(intent.id, intent));
  };

  /** Undefined: no answer. One call that fails is that order's bad luck; many in a row are an outage. */
  const answerOf = async <Answer>(ask: (stripe: StripeBooks) => Promise<Answer>, isVital = false) => {
    for (let attempt = 1; stripe && unavailable === undefined && attempt <= ATTEMPTS; attempt++) {
      try {
        const answer = await ask(stripe);
        inVain = 0;
        return { answer };
      } catch (error) {
        inVain += 1;
        const isOver = inVain >= GIVE_UP_AFTER || (isVital && attempt === ATTEMPTS);
        if (isOver) unavailable = `Stripe did not answer: ${errorMessage(error)}`;
      }
    }
    return undefined;
  };

  const askFor = async (orderId: string, id: string) => {
    const found = await answerOf((books) => books.intent(id));
    if (!found) unasked.add(orderId);
    else if (found.answer) remember(found.answer, orderId);
    else known.get(orderId)?.delete(id);
  };

  const listRefunds = async (since: Date) => {
    const found = await answerOf((books) => all(books.refunds(since)), true);
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
      const found = await answerOf((books) => all(books.created(since)), true);
      for (const intent of found?.answer ?? []) remember(intent);
      await listRefunds(refundsSince);
      const unread = [...refundedAt.keys()].filter((id) => !read.has(id));
      await inParallel(unread, async (id) => {
        const intent = await answerOf((books) => books.intent(id));
        if (intent?.answer) remember(intent.answer);
      });
    },
    listRefunds,
    ask: async (pages) => {
      const wanted = pages.flatMap(({ orderId, payment }) => {
        unasked.delete(orderId);
        const ids = [...(known.get(orderId)?.keys() ?? []), ...(strays.get(orderId) ?? []), payment?.intentId];
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

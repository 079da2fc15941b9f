import type { Hop, OutsideCall, Xray, XrayEvent } from '@orderflow/contracts';
import { CarrierScan, MessageTracked, StripeEvent } from '@orderflow/contracts';
import type { Depth, Letter } from './broker.ts';
import { causalOrder } from './causal-order.ts';
import { type Choreography, hearersOf } from './choreography.ts';
import { bookOf, type Dossier, dossierOf, readPages, type Said } from './dossier.ts';
import { noticesOf } from './notices.ts';
import type { Sources } from './sources.ts';
import type { Book } from './views.ts';
import { whoHears } from './words.ts';

/** What the broker knows of those who have not marked an event. */
interface Outside {
  readonly depths: ReadonlyMap<string, Depth> | undefined;
  readonly letters: ReadonlyMap<string, readonly Letter[]>;
}

const PEEK_LIMIT = 1_000;
/** From outside, and kept by nobody but through what came of them. */
const NUDGES: ReadonlySet<string> = new Set([StripeEvent.type, CarrierScan.type, MessageTracked.type]);

/**
 * The causal graph of one order: every event that any of its documents knows, with what became of it at everybody
 * who hears it.
 * @returns null: there is nothing about this order anywhere
 */
export async function xray(sources: Sources, choreography: Choreography, orderId: string): Promise<Xray | null> {
  const [pages] = await readPages(sources.books, [orderId], true);
  if (!pages) return null;
  const dossier = dossierOf(pages, []);
  const workers = choreography.filter(({ hears }) => hears.length > 0).map(({ name }) => name);
  if (!dossier.order && workers.every((worker) => !bookOf(dossier, worker))) return null;

  const hearers = hearersOf(choreography);
  const unmarked = (event: Said) =>
    whoHears(event, hearers).filter((worker) => !bookOf(dossier, worker)?.handled?.[event.id]);
  const missing = new Set([...dossier.said.values()].flatMap(unmarked));
  const outside = await askBroker(sources, missing);

  const known = [...dossier.said.values()].map((event): XrayEvent => {
    const text = dossier.order?.timeline.find(({ eventId }) => eventId === event.id)?.text;
    return {
      id: event.id,
      type: event.type,
      source: event.source,
      time: event.time,
      ...(event.causationid === undefined ? {} : { causedBy: event.causationid }),
      data: event.data ?? { text },
      hops: whoHears(event, hearers).map((worker) => hopAt(dossier, worker, event.id, outside)),
    };
  });
  const traceId = dossier.order?.traceparent?.split('-')[1];
  return {
    orderId,
    ...(traceId === undefined ? {} : { traceId }),
    events: causalOrder([...known, ...unsaid(dossier, choreography, outside)]),
    notifications: noticesOf(dossier),
  };
}

async function askBroker({ broker }: Sources, workers: ReadonlySet<string>): Promise<Outside> {
  if (!broker || workers.size === 0) return { depths: undefined, letters: new Map() };
  try {
    const depths = await broker.depths();
    const dead = [...workers].filter((worker) => depths.get(worker)?.deadLettered);
    const found = dead.map(async (worker) => [worker, await broker.deadLettered(worker, PEEK_LIMIT)] as const);
    return { depths, letters: new Map(await Promise.all(found)) };
  } catch {
    // The stores tell the rest of the story also while the broker is away.
    return { depths: undefined, letters: new Map() };
  }
}

/** Events that nobody of us said or kept, known by the mark they left: webhooks and deadlines. */
function unsaid(dossier: Dossier, choreography: Choreography, outside: Outside): XrayEvent[] {
  const marked = new Map<string, string[]>();
  for (const { name, hears } of choreography) {
    if (hears.length === 0) continue;
    for (const id of Object.keys(bookOf(dossier, name)?.handled ?? {})) {
      if (!dossier.said.has(id)) marked.set(id, [...(marked.get(id) ?? []), name]);
    }
  }
  return [...marked].map(([id, workers]) => {
    const [first = ''] = workers;
    const hop = bookOf(dossier, first)?.hops?.[id];
    const nudge = choreography.find(({ name }) => name === first)?.hears.find(({ type }) => NUDGES.has(type))?.type;
    return {
      id,
      // The mark tells no type: it is what this worker hears from outside, or a deadline it has set itself.
      type: hop?.type ?? (nudge ? `${nudge} or deadline.passed` : 'deadline.passed'),
      source: hop?.type && NUDGES.has(hop.type) ? '/gateway' : `/${first}`,
      time: hop ? iso(hop.at) : (effectOf(dossier, id)?.time ?? dossier.changedAt.toISOString()),
      data: {},
      hops: workers.map((worker) => hopAt(dossier, worker, id, outside)),
    };
  });
}

const effectOf = ({ said }: Dossier, id: string): Said | undefined =>
  [...said.values()].find(({ causationid }) => causationid === id);

function hopAt(dossier: Dossier, worker: string, eventId: string, { depths, letters }: Outside): Hop {
  const book = bookOf(dossier, worker);
  const said = book?.handled?.[eventId];
  if (said)
    return markedHop(
      worker,
      book,
      eventId,
      said.map(({ id }) => id),
    );
  const deadLettered = letters.get(worker)?.find((letter) => letter.eventId === eventId);
  if (deadLettered) {
    const { error, attempts, firstFailedAt } = deadLettered;
    const since = firstFailedAt === undefined ? {} : { firstFailedAt };
    return { worker, outcome: 'dead_lettered', attempts, reason: error, ...since, calls: [], said: [] };
  }
  const depth = depths?.get(worker);
  const why =
    depth === undefined
      ? undefined
      : depth.waiting > 0
        ? undefined
        : 'nothing waits before this worker: it may be lost';
  return { worker, outcome: 'waiting', ...(why === undefined ? {} : { reason: why }), calls: [], said: [] };
}

function markedHop(worker: string, book: Book | undefined, eventId: string, said: string[]): Hop {
  const hop = book?.hops?.[eventId];
  if (!hop) return { worker, outcome: 'handled', calls: [], said };
  const { at, ms, attempt, ignored, failures = [], calls = [] } = hop;
  const [firstFailure] = failures;
  const reason = ignored ?? failures.at(-1)?.error;
  return {
    worker,
    outcome: ignored === undefined ? 'handled' : 'ignored',
    at: iso(at),
    ms,
    attempts: attempt,
    ...(reason === undefined ? {} : { reason }),
    ...(firstFailure ? { firstFailedAt: iso(firstFailure.at) } : {}),
    calls: [...failures.flatMap((failed) => failed.calls ?? []), ...calls].map(callOf),
    said,
  };
}

const callOf = ({
  to,
  operation,
  at,
  ms,
  error,
}: {
  to: string;
  operation: string;
  at: Date | string;
  ms: number;
  error?: string;
}): OutsideCall => ({
  to,
  operation,
  at: iso(at),
  ms,
  outcome: error === undefined ? 'ok' : 'failed',
  ...(error === undefined ? {} : { error }),
});

/** Failed tries travelled in a header, so their times are text. */
const iso = (at: Date | string): string => new Date(at).toISOString();

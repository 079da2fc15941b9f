import type { Hop, OutsideCall, Xray, XrayEvent } from '@orderflow/contracts';
import { CarrierScan, MessageTracked, StripeEvent } from '@orderflow/contracts';
import type { DeadLetter, QueueDepth } from './broker-reader.ts';
import { causalOrder } from './causal-order.ts';
import { type Choreography, hearersOf } from './choreography.ts';
import type { AggregateDocument } from './documents.ts';
import { readHeardSince } from './heard-since.ts';
import { noticesOf } from './notices.ts';
import { documentOfWorker, type OrderSnapshot, type RecordedEvent, snapshotOf } from './order-snapshot.ts';
import { requiredHandlers } from './payment-security.ts';
import { readDocuments } from './raw-documents.ts';
import type { Sources } from './sources.ts';

/** What the broker knows of workers that have not marked an event. */
interface BrokerState {
  readonly depths: ReadonlyMap<string, QueueDepth> | undefined;
  readonly letters: ReadonlyMap<string, readonly DeadLetter[]>;
}

const PEEK_LIMIT = 1_000;
/** Events from outside that no document stores. */
const EXTERNAL: ReadonlySet<string> = new Set([StripeEvent.type, CarrierScan.type, MessageTracked.type]);

/**
 * The causal graph of one order: every event that any of its documents records, with the outcome at each subscriber.
 * @returns null: there is nothing about this order anywhere
 */
export async function xray(sources: Sources, choreography: Choreography, orderId: string): Promise<Xray | null> {
  const [rawDocuments] = await readDocuments(sources.collections, [orderId], true);
  if (!rawDocuments) return null;
  const snapshot = snapshotOf(rawDocuments, []);
  const workers = choreography.filter(({ hears }) => hears.length > 0).map(({ name }) => name);
  if (!snapshot.order && workers.every((worker) => !documentOfWorker(snapshot, worker))) return null;

  const hearing = { hearers: hearersOf(choreography), heardSince: await readHeardSince(sources.collections) };
  const unmarked = (event: RecordedEvent) =>
    requiredHandlers(event, hearing).filter((worker) => !documentOfWorker(snapshot, worker)?.handled?.[event.id]);
  const missing = new Set([...snapshot.events.values()].flatMap(unmarked));
  const brokerState = await readBroker(sources, missing);

  const known = [...snapshot.events.values()].map((event): XrayEvent => {
    const text = snapshot.order?.timeline.find(({ eventId }) => eventId === event.id)?.text;
    return {
      id: event.id,
      type: event.type,
      source: event.source,
      time: event.time,
      ...(event.causationid === undefined ? {} : { causedBy: event.causationid }),
      data: event.data ?? { text },
      hops: requiredHandlers(event, hearing).map((worker) => hopAt(snapshot, worker, event.id, brokerState)),
    };
  });
  const traceId = snapshot.order?.traceparent?.split('-')[1];
  return {
    orderId,
    ...(traceId === undefined ? {} : { traceId }),
    events: causalOrder([...known, ...externalEvents(snapshot, choreography, brokerState)]),
    notifications: noticesOf(snapshot),
  };
}

async function readBroker({ broker }: Sources, workers: ReadonlySet<string>): Promise<BrokerState> {
  if (!broker || workers.size === 0) return { depths: undefined, letters: new Map() };
  try {
    const depths = await broker.depths();
    const dead = [...workers].filter((worker) => depths.get(worker)?.deadLettered);
    const found = dead.map(async (worker) => [worker, await broker.deadLettered(worker, PEEK_LIMIT)] as const);
    return { depths, letters: new Map(await Promise.all(found)) };
  } catch {
    // The stores alone still show most of the graph.
    return { depths: undefined, letters: new Map() };
  }
}

/** Webhooks and deadlines: no document stores the event, but a worker marked it as handled. */
function externalEvents(snapshot: OrderSnapshot, choreography: Choreography, brokerState: BrokerState): XrayEvent[] {
  const marked = new Map<string, string[]>();
  for (const { name, hears } of choreography) {
    if (hears.length === 0) continue;
    for (const id of Object.keys(documentOfWorker(snapshot, name)?.handled ?? {})) {
      if (!snapshot.events.has(id)) marked.set(id, [...(marked.get(id) ?? []), name]);
    }
  }
  return [...marked].map(([id, workers]) => {
    const [first = ''] = workers;
    const hop = documentOfWorker(snapshot, first)?.hops?.[id];
    const externalType = choreography
      .find(({ name }) => name === first)
      ?.hears.find(({ type }) => EXTERNAL.has(type))?.type;
    return {
      id,
      // A mark has no type: the event is the one this worker subscribes to from outside, or its own deadline.
      type: hop?.type ?? (externalType ? `${externalType} or deadline.passed` : 'deadline.passed'),
      source: hop?.type && EXTERNAL.has(hop.type) ? '/gateway' : `/${first}`,
      time: hop ? iso(hop.at) : (effectOf(snapshot, id)?.time ?? snapshot.changedAt.toISOString()),
      data: {},
      hops: workers.map((worker) => hopAt(snapshot, worker, id, brokerState)),
    };
  });
}

const effectOf = ({ events }: OrderSnapshot, id: string): RecordedEvent | undefined =>
  [...events.values()].find(({ causationid }) => causationid === id);

function hopAt(snapshot: OrderSnapshot, worker: string, eventId: string, { depths, letters }: BrokerState): Hop {
  const document = documentOfWorker(snapshot, worker);
  const said = document?.handled?.[eventId];
  if (said)
    return markedHop(
      worker,
      document,
      eventId,
      said.map(({ id }) => id),
    );
  const deadLettered = letters.get(worker)?.find((deadLetter) => deadLetter.eventId === eventId);
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

function markedHop(worker: string, document: AggregateDocument | undefined, eventId: string, said: string[]): Hop {
  const hop = document?.hops?.[eventId];
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

/** Failed attempts come from a message header, so their times are text. */
const iso = (at: Date | string): string => new Date(at).toISOString();

import type { EventDefinition, EventOf, Money, OrderflowEvent } from '@orderflow/contracts';
import type { Directory } from './directory.ts';
import type { AggregateDocument, OrderDocument } from './documents.ts';
import { documentsIn, type RawDocuments } from './raw-documents.ts';
import type { IntentView } from './stripe-reader.ts';

/** An event as a document records it. Without `data` only the timeline records it: the gateway keeps no more. */
export type RecordedEvent = Pick<OrderflowEvent, 'id' | 'type' | 'source' | 'time' | 'causationid'> & {
  readonly data?: unknown;
};

/** What an order holds of the stock, as the stock's documents say. */
export interface HoldView {
  readonly stockId: string;
  readonly sku: string;
  readonly warehouse: string;
  readonly quantity: number;
}

/** Everything that stores, stock and Stripe say of one order, read at one moment. */
export interface OrderSnapshot extends RawDocuments {
  readonly holds: readonly HoldView[];
  /** Undefined: Stripe was not asked. */
  readonly intents?: readonly IntentView[] | undefined;
  readonly events: ReadonlyMap<string, RecordedEvent>;
  readonly eventsByType: ReadonlyMap<string, readonly RecordedEvent[]>;
  /** When any of its documents was last written. */
  readonly changedAt: Date;
}

/** Collections that checks are about, and how violations name documents. */
const COLLECTIONS = {
  order: 'orders',
  reservation: 'reservations',
  payment: 'payments',
  shipment: 'shipments',
  correspondence: 'notifications',
} as const;
type DocumentKey = keyof typeof COLLECTIONS;
const KEYS = new Map<string, DocumentKey>(
  Object.entries(COLLECTIONS).map(([key, collection]) => [collection, key as DocumentKey]),
);

/** The worker's document of this order. */
export function documentOfWorker(snapshot: RawDocuments, worker: string): AggregateDocument | undefined {
  const collection = snapshot.directory.collectionOf(worker);
  if (collection === undefined) return undefined;
  const key = KEYS.get(collection);
  return key ? snapshot[key] : snapshot.others.get(collection);
}

export function documentRef(snapshot: Pick<OrderSnapshot, 'orderId'>, document: DocumentKey): string {
  return `${COLLECTIONS[document]}/${snapshot.orderId}`;
}

export function documentRefOfWorker(snapshot: Pick<OrderSnapshot, 'orderId' | 'directory'>, worker: string): string {
  const collection = snapshot.directory.collectionOf(worker);
  return collection === undefined ? worker : `${collection}/${snapshot.orderId}`;
}

/** Collects the order's events from its documents, and the time of the last write. */
export function snapshotOf(
  raw: RawDocuments,
  holds: readonly HoldView[],
  intents?: readonly IntentView[],
): OrderSnapshot {
  const events = new Map<string, RecordedEvent>();
  const add = (event: RecordedEvent) => void events.set(event.id, inPresentName(event, raw.directory));
  let changed = raw.order ? Date.parse(raw.order.placedAt) : 0;
  for (const document of documentsIn(raw)) {
    const { handled = {}, outbox = [], relayed = [], changedAt } = document;
    for (const id in handled) for (const event of handled[id] ?? []) add(event);
    for (const event of relayed) add(event);
    for (const event of outbox) add(event);
    changed = Math.max(changed, changedAt?.getTime() ?? 0);
  }
  for (const { eventId, type, source, at, causedBy } of raw.order?.timeline ?? []) {
    if (events.has(eventId)) continue;
    add({ id: eventId, type, source, time: at, ...(causedBy ? { causationid: causedBy } : {}) });
  }
  const eventsByType = Map.groupBy(events.values(), ({ type }) => type);
  return { ...raw, holds, intents, events, eventsByType, changedAt: new Date(changed) };
}

/** An event that a worker said under the name that it had before is that worker's. */
function inPresentName(event: RecordedEvent, directory: Directory): RecordedEvent {
  const name = event.source.slice(1);
  const now = directory.nameNow(name) ?? name;
  return now === name ? event : { ...event, source: `/${now}` };
}

/** The order's events of this type, those with data only. */
export function factsOf<D extends EventDefinition>(snapshot: OrderSnapshot, definition: D): EventOf<D>[] {
  return (snapshot.eventsByType.get(definition.type) ?? []).filter(({ data }) => data !== undefined) as EventOf<D>[];
}

export const wasSaid = (snapshot: OrderSnapshot, definition: EventDefinition): boolean =>
  snapshot.eventsByType.has(definition.type);

/** No warehouse can send a parcel now, and inventory will look for one again. */
export const awaitsReallocation = ({ reservation }: OrderSnapshot): boolean =>
  (reservation?.parcels ?? []).some(
    ({ status, tryAt }) => tryAt !== undefined && (status === 'held' || status === 'replacing'),
  );

export const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);

/** What the order cost when it was placed: so much is authorised, whatever was taken out of it since. */
export const placedTotal = (order: Pick<OrderDocument, 'total' | 'edits'>): Money =>
  order.edits?.find(({ before }) => before)?.before?.total ?? order.total;

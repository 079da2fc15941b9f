import { type OrderflowEvent, OrderPlaced } from '@orderflow/contracts';
import type { AggregateDocument, OrderDocument } from './documents.ts';
import { documentOfWorker } from './order-snapshot.ts';
import { documentsIn, type RawDocuments } from './raw-documents.ts';

/** Every event of an order that its documents record whole, by time, and how many they only name. */
export interface StoredEvents {
  readonly events: readonly OrderflowEvent[];
  /** The gateway's events of a version that kept no more of them than an entry on the timeline. */
  readonly incomplete: number;
}

/** An event counts only from the document of the worker that said it: what others wrote there proves nothing. */
export function storedEventsOf(raw: RawDocuments): StoredEvents {
  const found = new Map<string, OrderflowEvent>();
  for (const document of documentsIn(raw)) {
    for (const event of eventsIn(document)) {
      const publisher = raw.directory.nameNow(event.source.slice(1));
      if (publisher !== undefined && documentOfWorker(raw, publisher) === document) found.set(event.id, event);
    }
  }
  const named = (raw.order?.timeline ?? []).filter(
    ({ eventId, source }) => source === '/gateway' && !found.has(eventId),
  );
  const placed = raw.order && placedEventOf(raw.orderId, raw.order, named);
  if (placed) found.set(placed.id, placed);
  const events = [...found.values()].sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
  return { events, incomplete: named.length - (placed ? 1 : 0) };
}

function eventsIn({ handled = {}, relayed = [], outbox = [] }: AggregateDocument): OrderflowEvent[] {
  return [...Object.values(handled).flat(), ...relayed, ...outbox];
}

/** No order keeps the card that it was placed with. */
const UNKNOWN_METHOD = 'pm_unknown';

/** What placed an order of a version that kept no events of its own, made from the order itself. */
function placedEventOf(
  orderId: string,
  order: OrderDocument,
  named: OrderDocument['timeline'],
): OrderflowEvent | undefined {
  const entry = named.find(({ type }) => type === OrderPlaced.type);
  const data = OrderPlaced.data.safeParse({ ...order, paymentMethod: UNKNOWN_METHOD });
  if (!entry || !data.success) return undefined;
  return {
    specversion: '1.0',
    id: entry.eventId,
    source: entry.source,
    type: OrderPlaced.type,
    subject: orderId,
    time: entry.at,
    datacontenttype: 'application/json',
    dataschema: OrderPlaced.dataschema,
    ...(order.traceparent === undefined ? {} : { traceparent: order.traceparent }),
    region: 'unknown',
    data: data.data,
  };
}

import {
  type EventDefinition,
  type EventOf,
  OrderConfirmed,
  PaymentRefunded,
  ShipmentCreated,
  ShipmentDispatched,
  type Violation,
} from '@orderflow/contracts';
import { documentOfWorker, documentRef, documentRefOfWorker, factsOf, idsOf } from '../order-snapshot.ts';
import { pendingHandlers, whyInFlight } from '../quiescence.ts';
import { documentsIn } from '../raw-documents.ts';
import { type Finding, finding, type OrderCheck } from './check.ts';

/** Said = handled + waiting + dead-lettered, by event id. */
const factsAreHeard: OrderCheck = {
  name: 'messages.facts-are-heard',
  area: 'messages',
  promise:
    'Every fact that was said was handled by each worker that hears it, or waits for it, or is dead-lettered there or was discarded by staff.',
  needs: 'broker',
  always: true,
  examine: (snapshot, context) => {
    const findings: Finding[] = [];
    for (const event of snapshot.events.values()) {
      for (const worker of pendingHandlers(snapshot, event, context)) {
        if (whyInFlight(snapshot, event, worker, context) !== undefined) continue;
        if (context.isDeadLettered(worker, event.id)) continue;
        const message = `${event.type} was said by ${event.source.slice(1)}, but ${worker} has not handled it and nothing will bring it there`;
        findings.push(finding(message, [documentRefOfWorker(snapshot, worker)], [event.id]));
      }
    }
    return findings;
  },
};

const outboxesAreEmptied: OrderCheck = {
  name: 'messages.outboxes-are-emptied',
  area: 'messages',
  promise: 'What waits in an outbox is published within the grace.',
  always: true,
  examine: (snapshot, { now, graceMs }) =>
    documentsIn(snapshot).flatMap(({ outbox = [], outboxAt }) => {
      const late = outboxAt ? now.getTime() - outboxAt.getTime() : 0;
      if (outbox.length === 0 || late <= graceMs) return [];
      const message = `${outbox.map(({ type }) => type).join(', ')} waits in the outbox for ${Math.round(late / 1_000)} s`;
      return [
        finding(
          message,
          [documentRef(snapshot, 'order')],
          outbox.map(({ id }) => id),
        ),
      ];
    }),
};

const marksAreReadable: OrderCheck = {
  name: 'messages.marks-are-readable',
  area: 'messages',
  promise:
    'What a document had of the events that it handled and published can be read once it is compacted, or archived.',
  always: true,
  examine: (snapshot, { choreography }) => {
    const workers = choreography.filter(({ name }) => documentOfWorker(snapshot, name)?.compacted !== undefined);
    const archived = snapshot.unreadable.map((collection) => `${collection}/${snapshot.orderId}`);
    const documents = new Set([...workers.map(({ name }) => documentRefOfWorker(snapshot, name)), ...archived]);
    return [...documents].map((one) => finding(`What is packed of ${one} cannot be read`, [one]));
  },
};

const factsHaveARecord: OrderCheck = {
  name: 'messages.facts-have-a-record',
  area: 'messages',
  promise: 'Every fact on the timeline is in the document of the worker that said it.',
  always: false,
  examine: (snapshot) =>
    [...snapshot.events.values()]
      // The gateway publishes without a message that causes it: its outbox is emptied, and only the timeline records the event.
      .filter(({ data, source }) => data === undefined && source !== '/gateway')
      .map(({ id, type, source }) =>
        finding(
          `${type} is on the timeline, but ${source.slice(1)} has no record of having said it`,
          [documentRef(snapshot, 'order'), documentRefOfWorker(snapshot, source.slice(1))],
          [id],
        ),
      ),
};

/** Facts that are published once of an order, a parcel or a refund. A parcel that is edited is another shipment. */
const ONCE: readonly { readonly fact: EventDefinition; readonly key: (data: never) => string }[] = [
  { fact: OrderConfirmed, key: () => 'the order' },
  {
    fact: ShipmentCreated,
    key: ({ parcelId, shipmentId }: Of<typeof ShipmentCreated>) => `parcel ${parcelId} as ${shipmentId}`,
  },
  { fact: ShipmentDispatched, key: ({ parcelId }: Of<typeof ShipmentDispatched>) => `parcel ${parcelId}` },
  { fact: PaymentRefunded, key: ({ refundId }: Of<typeof PaymentRefunded>) => `refund ${refundId}` },
];
type Of<D extends EventDefinition> = EventOf<D>['data'];

const saidOnce: OrderCheck = {
  name: 'messages.facts-are-said-once',
  area: 'messages',
  promise: 'What happens once to an order, a parcel or a refund is said once.',
  always: true,
  examine: (snapshot) =>
    ONCE.flatMap(({ fact, key }) =>
      [...Map.groupBy(factsOf(snapshot, fact), ({ data }) => key(data as never))]
        .filter(([, said]) => said.length > 1)
        .map(([name, said]) => {
          const documents = [...new Set(said.map(({ source }) => documentRefOfWorker(snapshot, source.slice(1))))];
          return finding(`${fact.type} was said ${said.length} times of ${name}`, documents, idsOf(said));
        }),
    ),
};

/** `unknownQueues` has the other half of it, which is about no order. */
const workersAreKnown: OrderCheck = {
  name: 'messages.workers-are-known',
  area: 'messages',
  promise:
    'Every publisher, and every worker that the broker has queues or a connection of, has a definition that the auditor knows.',
  always: true,
  examine: ({ events, directory }) =>
    [...events.values()]
      .filter(({ source }) => directory.nameNow(source.slice(1)) === undefined)
      .map(({ id, type, source }) =>
        finding(`${type} was said by ${source.slice(1)}, and no definition knows that worker`, [], [id]),
      ),
};

/** Workers that the broker knows and nobody has told the auditor of: their documents are not read. */
export const unknownQueues = (workers: readonly string[]): Violation[] =>
  workers.map((worker) => ({
    check: workersAreKnown.name,
    area: workersAreKnown.area,
    message: `${worker} has queues or a process at the broker, and no definition knows that worker: write the documents anew (./run docs) and restart the auditor, or stop it and delete its queues`,
    documents: [],
    events: [],
  }));

export const messageChecks: readonly OrderCheck[] = [
  workersAreKnown,
  factsAreHeard,
  marksAreReadable,
  outboxesAreEmptied,
  factsHaveARecord,
  saidOnce,
];

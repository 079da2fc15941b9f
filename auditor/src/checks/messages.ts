import {
  type EventDefinition,
  type EventOf,
  OrderConfirmed,
  PaymentRefunded,
  ShipmentCreated,
  ShipmentDispatched,
} from '@orderflow/contracts';
import { booksIn, documentOf, documentOfWorker, factsOf, idsOf } from '../dossier.ts';
import { onItsWay, unmarkedBy } from '../rest.ts';
import { type Finding, finding, type OrderCheck } from './check.ts';

/** Said = handled + waiting + dead-lettered, by event id. */
const factsAreHeard: OrderCheck = {
  name: 'messages.facts-are-heard',
  area: 'messages',
  promise:
    'Every fact that was said was handled by each worker that hears it, or waits for it, or is dead-lettered there or was discarded by staff.',
  needs: 'broker',
  always: true,
  examine: (dossier, surroundings) => {
    const findings: Finding[] = [];
    for (const event of dossier.said.values()) {
      for (const worker of unmarkedBy(dossier, event, surroundings)) {
        if (onItsWay(dossier, event, worker, surroundings) !== undefined) continue;
        if (surroundings.isDeadLettered(worker, event.id)) continue;
        const message = `${event.type} was said by ${event.source.slice(1)}, but ${worker} has not handled it and nothing will bring it there`;
        findings.push(finding(message, [documentOfWorker(dossier, worker)], [event.id]));
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
  examine: (dossier, { now, graceMs }) =>
    booksIn(dossier).flatMap(({ outbox = [], outboxAt }) => {
      const late = outboxAt ? now.getTime() - outboxAt.getTime() : 0;
      if (outbox.length === 0 || late <= graceMs) return [];
      const message = `${outbox.map(({ type }) => type).join(', ')} waits in the outbox for ${Math.round(late / 1_000)} s`;
      return [
        finding(
          message,
          [documentOf(dossier, 'order')],
          outbox.map(({ id }) => id),
        ),
      ];
    }),
};

const factsHaveARecord: OrderCheck = {
  name: 'messages.facts-have-a-record',
  area: 'messages',
  promise: 'Every fact on the timeline is in the document of the worker that said it.',
  always: false,
  examine: (dossier) =>
    [...dossier.said.values()]
      // The gateway says what no message made it say; its outbox is emptied and the timeline is the record.
      .filter(({ data, source }) => data === undefined && source !== '/gateway')
      .map(({ id, type, source }) =>
        finding(
          `${type} is on the timeline, but ${source.slice(1)} has no record of having said it`,
          [documentOf(dossier, 'order'), documentOfWorker(dossier, source.slice(1))],
          [id],
        ),
      ),
};

/** Facts that are said once: of an order, or of one of its parcels or refunds. */
const ONCE: readonly { readonly fact: EventDefinition; readonly key: (data: never) => string }[] = [
  { fact: OrderConfirmed, key: () => 'the order' },
  { fact: ShipmentCreated, key: ({ parcelId }: Of<typeof ShipmentCreated>) => `parcel ${parcelId}` },
  { fact: ShipmentDispatched, key: ({ parcelId }: Of<typeof ShipmentDispatched>) => `parcel ${parcelId}` },
  { fact: PaymentRefunded, key: ({ refundId }: Of<typeof PaymentRefunded>) => `refund ${refundId}` },
];
type Of<D extends EventDefinition> = EventOf<D>['data'];

const saidOnce: OrderCheck = {
  name: 'messages.facts-are-said-once',
  area: 'messages',
  promise: 'What happens once to an order, a parcel or a refund is said once.',
  always: true,
  examine: (dossier) =>
    ONCE.flatMap(({ fact, key }) =>
      [...Map.groupBy(factsOf(dossier, fact), ({ data }) => key(data as never))]
        .filter(([, said]) => said.length > 1)
        .map(([name, said]) => {
          const documents = [...new Set(said.map(({ source }) => documentOfWorker(dossier, source.slice(1))))];
          return finding(`${fact.type} was said ${said.length} times of ${name}`, documents, idsOf(said));
        }),
    ),
};

export const messageChecks: readonly OrderCheck[] = [factsAreHeard, outboxesAreEmptied, factsHaveARecord, saidOnce];

import { z } from 'zod';
import { CLOUDEVENTS_CONTENT_TYPE } from './envelope.ts';
import type { EventDefinition } from './event.ts';
import { ORDERS_EXCHANGE } from './topology.ts';
import type { WorkerDefinition } from './worker-definition.ts';

const SUBJECTS = { order: 'The order id', sku: 'The SKU', customer: 'The customer id' } as const;

/** Every distinct event that these workers publish or subscribe to, by type. */
export function eventsOf(workers: readonly WorkerDefinition[]): EventDefinition[] {
  const byType = new Map<string, EventDefinition>();
  for (const worker of workers) for (const event of [...worker.says, ...worker.hears]) byType.set(event.type, event);
  return [...byType.values()].sort((a, b) => a.type.localeCompare(b.type));
}

/** The AsyncAPI 3.0 document of these workers (https://www.asyncapi.com/docs/reference/specification/v3.0.0). */
export function asyncApiOf(workers: readonly WorkerDefinition[]): Record<string, unknown> {
  const events = eventsOf(workers);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Orderflow',
      version: '1.0.0',
      description: 'Facts about orders, published to one topic exchange as CloudEvents 1.0 in structured JSON mode.',
      license: { name: 'MIT' },
    },
    defaultContentType: CLOUDEVENTS_CONTENT_TYPE,
    channels: Object.fromEntries(events.map((event) => [event.type, channelOf(event)])),
    operations: Object.fromEntries(workers.flatMap(operationsOf)),
    components: { messages: Object.fromEntries(events.map((event) => [event.type, messageOf(event)])) },
    'x-workers': Object.fromEntries(workers.map((worker) => [worker.name, recordsOf(worker)])),
  };
}

/** What AsyncAPI has no words for and the auditor needs: where a worker keeps which documents, and what has to follow. */
function recordsOf({ formerly, database, collection, deadlines, projects, follows, calls }: WorkerDefinition) {
  const typesOf = (list: readonly EventDefinition[]) => list.map(({ type }) => type);
  return {
    ...(formerly.length > 0 && { formerly }),
    database,
    ...(collection !== undefined && { collection }),
    deadlines,
    ...(projects.length > 0 && { projects: typesOf(projects) }),
    ...(follows.length > 0 && {
      follows: follows.map(({ after, oneOf }) => ({ after: after.type, oneOf: typesOf(oneOf) })),
    }),
    ...(calls.length > 0 && { calls }),
  };
}

function channelOf(event: EventDefinition) {
  return {
    address: event.type,
    messages: { [event.type]: { $ref: `#/components/messages/${event.type}` } },
    bindings: {
      amqp: { is: 'routingKey', exchange: { name: ORDERS_EXCHANGE, type: 'topic', durable: true, autoDelete: false } },
    },
  };
}

function operationsOf(worker: WorkerDefinition): [string, unknown][] {
  const operation = (action: 'send' | 'receive', event: EventDefinition): [string, unknown] => [
    `${worker.name}.${action === 'send' ? 'says' : 'hears'}.${event.type}`,
    {
      action,
      channel: { $ref: `#/channels/${event.type}` },
      messages: [{ $ref: `#/channels/${event.type}/messages/${event.type}` }],
      summary: worker.summary,
    },
  ];
  return [
    ...worker.says.map((event) => operation('send', event)),
    ...worker.hears.map((event) => operation('receive', event)),
  ];
}

const dataschemasOf = ({ dataschema, earlier }: EventDefinition) =>
  earlier.length === 0
    ? { const: dataschema }
    : { enum: [dataschema, ...earlier.map((version) => version.dataschema)] };

function messageOf(event: EventDefinition) {
  const data = z.toJSONSchema(event.data, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  const { $schema: _, ...dataSchema } = data;
  return {
    name: event.type,
    title: event.type,
    summary: event.summary,
    contentType: CLOUDEVENTS_CONTENT_TYPE,
    payload: {
      type: 'object',
      required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'dataschema', 'region', 'data'],
      properties: {
        specversion: { const: '1.0' },
        id: { type: 'string', format: 'uuid' },
        source: { type: 'string', format: 'uri-reference' },
        type: { const: event.type },
        subject: { type: 'string', description: SUBJECTS[event.subject] },
        time: { type: 'string', format: 'date-time' },
        datacontenttype: { const: 'application/json' },
        dataschema: dataschemasOf(event),
        traceparent: { type: 'string' },
        causationid: { type: 'string', format: 'uuid' },
        region: { type: 'string' },
        data: dataSchema,
      },
    },
  };
}

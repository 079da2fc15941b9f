import { z } from 'zod';
import type { EventDefinition, Fact } from './event.ts';
import { newId } from './nouns/id.ts';

/** Content type of CloudEvents 1.0 structured mode (CloudEvents JSON format, section 3). */
export const CLOUDEVENTS_CONTENT_TYPE = 'application/cloudevents+json';

/** An event larger than this is never published and is dead-lettered when received. */
export const MAX_EVENT_BYTES = 256 * 1024;

/** A fact on the wire: a CloudEvents 1.0 event with the extensions `traceparent`, `causationid` and `region`. */
export interface OrderflowEvent<Type extends string = string, Data = unknown> {
  specversion: '1.0';
  /** UUIDv7, stable across redelivery: consumers dedupe by it. */
  id: string;
  /** The service that said it, e.g. `/inventory`. */
  source: string;
  type: Type;
  /** The order id, or the SKU for stock facts. */
  subject: string;
  /** RFC 3339, UTC. */
  time: string;
  datacontenttype: 'application/json';
  dataschema: string;
  /** W3C trace context. */
  traceparent?: string;
  /** The id of the event that caused this one. */
  causationid?: string;
  region: string;
  data: Data;
}

export type EventOf<D extends EventDefinition> =
  D extends EventDefinition<infer Type, infer Schema> ? OrderflowEvent<Type, z.output<Schema>> : never;

export type InvalidEventReason =
  | 'TOO_LARGE'
  | 'NOT_JSON'
  | 'NOT_A_CLOUDEVENT'
  | 'UNKNOWN_TYPE'
  | 'UNKNOWN_VERSION'
  | 'SCHEMA_VIOLATION'
  | 'UNPROVEN_SOURCE';

/** A message that can never be handled as it is; it goes to the dead-letter queue with this message. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
  readonly reason: InvalidEventReason;
  constructor(reason: InvalidEventReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

const envelopeSchema = z.object({
  specversion: z.literal('1.0'),
  id: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\w-]+$/, 'only letters, digits, _ and -'),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().min(1).max(128),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal('application/json'),
  dataschema: z.string().min(1),
  traceparent: z.string().optional(),
  causationid: z.string().optional(),
  region: z.string().min(1),
  data: z.unknown(),
});

/** Builds the event for a fact. `time` is the only clock here, and it is an argument. */
export function createEvent<Type extends string, Data>(
  fact: Fact<Type, Data>,
  context: { source: string; subject: string; time: Date; region: string; traceparent?: string; causationid?: string },
): OrderflowEvent<Type, Data> {
  return {
    specversion: '1.0',
    id: newId(),
    source: context.source,
    type: fact.type,
    subject: fact.subject ?? context.subject,
    time: context.time.toISOString(),
    datacontenttype: 'application/json',
    dataschema: fact.dataschema,
    ...(context.traceparent === undefined ? {} : { traceparent: context.traceparent }),
    ...(context.causationid === undefined ? {} : { causationid: context.causationid }),
    region: context.region,
    data: fact.data,
  };
}

/**
 * Encodes an event in structured JSON mode.
 * @throws InvalidEventError TOO_LARGE over 256 KiB
 */
export function encodeEvent(event: OrderflowEvent): Buffer {
  const body = Buffer.from(JSON.stringify(event));
  if (body.length > MAX_EVENT_BYTES) throw tooLarge(body.length);
  return body;
}

/**
 * Decodes and validates a message against the definitions a worker hears. Unknown fields are ignored.
 * @throws InvalidEventError with the reason and, for schema violations, the path of the field at fault
 */
export function parseEvent<D extends EventDefinition>(body: Buffer, heard: ReadonlyMap<string, D>): EventOf<D> {
  if (body.length > MAX_EVENT_BYTES) throw tooLarge(body.length);
  const envelope = envelopeSchema.safeParse(parseJson(body));
  if (!envelope.success) throw new InvalidEventError('NOT_A_CLOUDEVENT', describe(envelope.error));
  const definition = heard.get(envelope.data.type);
  if (!definition) throw new InvalidEventError('UNKNOWN_TYPE', `No handler for events of type "${envelope.data.type}"`);
  const data = readData(definition, envelope.data);
  if (!data.success) throw new InvalidEventError('SCHEMA_VIOLATION', describe(data.error, 'data'));
  return { ...envelope.data, dataschema: definition.dataschema, data: data.data } as EventOf<D>;
}

/** The data in the current version's shape, whichever version that the definition knows it came in. */
function readData(definition: EventDefinition, { dataschema, data }: { dataschema: string; data?: unknown }) {
  if (definition.dataschema === dataschema) return definition.data.safeParse(data);
  const before = definition.earlier.find((version) => version.dataschema === dataschema);
  if (before) return before.read(data);
  const known = [definition, ...definition.earlier].map((version) => version.dataschema).join(' or ');
  throw new InvalidEventError('UNKNOWN_VERSION', `Expected ${known}, got ${dataschema}`);
}

/**
 * Whether the event may count: its publisher, whom the broker has vouched for, must be among those whose word it is,
 * and the event must name that one as its source, by the present name or by one from before.
 * @param publisher the worker's name that the broker's user stands for; undefined: nobody is vouched for
 * @throws InvalidEventError UNPROVEN_SOURCE
 */
export function requireSource(
  event: Pick<OrderflowEvent, 'type' | 'source'>,
  { saidBy, formerlySaidBy }: Pick<EventDefinition, 'saidBy' | 'formerlySaidBy'>,
  publisher: string | undefined,
): void {
  const isOurs = publisher !== undefined && (saidBy.includes(publisher) || formerlySaidBy.includes(publisher));
  // A worker that was renamed publishes again what it committed under the name before.
  if (isOurs && [publisher, ...formerlySaidBy].some((name) => event.source === `/${name}`)) return;
  const who = publisher === undefined ? 'nobody the broker vouches for' : publisher;
  const message = `${event.type} is the word of ${saidBy.join(' or ')}; ${who} published it, as ${event.source}`;
  throw new InvalidEventError('UNPROVEN_SOURCE', message);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new InvalidEventError('NOT_JSON', (error as Error).message);
  }
}

function describe(error: z.ZodError, prefix?: string): string {
  const issues = error.issues.slice(0, 5).map((issue) => {
    const path = [...(prefix ? [prefix] : []), ...issue.path.map(String)].join('.');
    return path ? `${path}: ${issue.message}` : issue.message;
  });
  return issues.join('; ');
}

function tooLarge(bytes: number): InvalidEventError {
  return new InvalidEventError('TOO_LARGE', `The event has ${bytes} bytes; the limit is ${MAX_EVENT_BYTES}`);
}

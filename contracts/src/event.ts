import type { z } from 'zod';

/**
 * One event type: its routing key, version and payload schema. The TypeScript type, the runtime
 * validation, the AsyncAPI document and the choreography diagram all come from this one definition.
 */
export interface EventDefinition<Type extends string = string, Schema extends z.ZodType = z.ZodType> {
  /** Past tense, dotted; it is the CloudEvents `type` and the AMQP routing key at once. */
  readonly type: Type;
  /** Raised only for a change that is not additive; consumers dead-letter versions they do not know. */
  readonly version: number;
  readonly summary: string;
  /** The workers that may publish this event; from any other publisher it is dead-lettered. */
  readonly saidBy: readonly string[];
  /** What they were called in versions before: an event that was stored or queued then still counts. */
  readonly formerlySaidBy: readonly string[];
  /** The versions before that are still heard. */
  readonly earlier: readonly EarlierVersion<z.output<Schema>>[];
  /** What the event's `subject` identifies. */
  readonly subject: 'order' | 'sku' | 'customer';
  readonly data: Schema;
  /** CloudEvents `dataschema`: a URN of name and version. */
  readonly dataschema: string;
  /** Pure: its data, of this version or one before, without what tells of a person; as it is stored once that is erased. */
  erased(data: unknown): unknown;
  /** An event of this type, for a handler to return. `subject` defaults to that of the event being handled. */
  of(data: z.input<Schema>, subject?: string): Fact<Type, z.output<Schema>>;
}

/** A version before, and how its data reads in the current one: handlers know the current version only. */
export interface EarlierVersion<Data = unknown> {
  readonly dataschema: string;
  read(data: unknown): z.ZodSafeParseResult<Data>;
}

/** What a handler says. The runtime adds id, source, time, cause and trace when it commits the fact. */
export interface Fact<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly dataschema: string;
  readonly subject?: string;
  readonly data: Data;
}

export type FactOf<D extends EventDefinition> =
  D extends EventDefinition<infer Type, infer Schema> ? Fact<Type, z.output<Schema>> : never;

/**
 * Defines a fact.
 * @param type routing key, `<noun>.<past participle>`
 * @throws RangeError when the type is not of that form
 */
export function defineEvent<const Type extends string, Schema extends z.ZodType>(
  type: Type,
  options: {
    version: number;
    summary: string;
    saidBy: readonly string[];
    formerlySaidBy?: readonly string[];
    earlier?: readonly EarlierVersion<z.output<Schema>>[];
    subject?: 'order' | 'sku' | 'customer';
    /** What goes when the person it tells of is erased; unless told otherwise, it tells of none. */
    erased?: (data: unknown) => unknown;
    data: Schema;
  },
): EventDefinition<Type, Schema> {
  if (!/^[a-z][a-z0-9]*(\.[a-z]+(_[a-z]+)*)+$/.test(type)) throw new RangeError(`Not a routing key: "${type}"`);
  const dataschema = dataschemaOf(type, options.version);
  return {
    type,
    version: options.version,
    summary: options.summary,
    saidBy: options.saidBy,
    formerlySaidBy: options.formerlySaidBy ?? [],
    earlier: options.earlier ?? [],
    subject: options.subject ?? 'order',
    data: options.data,
    dataschema,
    erased: options.erased ?? ((data) => data),
    of: (data, subject) => ({
      type,
      dataschema,
      ...(subject === undefined ? {} : { subject }),
      data: options.data.parse(data),
    }),
  };
}

/**
 * A version before of an event, for the `earlier` of the current one: those who hear the event hear both until no store
 * and no queue has the old one any more.
 * @param upcast pure; the old data as the current version would have it
 */
export function earlierVersion<Schema extends z.ZodType, Data>(
  before: Pick<EventDefinition<string, Schema>, 'dataschema' | 'data'>,
  upcast: (data: z.output<Schema>) => Data,
): EarlierVersion<Data> {
  const { dataschema, data: schema } = before;
  return { dataschema, read: (data) => schema.transform(upcast).safeParse(data) as z.ZodSafeParseResult<Data> };
}

export function dataschemaOf(type: string, version: number): string {
  return `urn:orderflow:${type}:v${version}`;
}
